"""Photos of one size, one after the other, find their memory again instead of being given new pages each time."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_DECODE = """
import resource, cv2, numpy as np
from deskcheck_vision.images import decode_picture
jpeg = cv2.imencode(".jpg", np.zeros((1080, 1920, 3), np.uint8))[1].tobytes()
for _ in range(3):
    decode_picture(jpeg)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    decode_picture(jpeg)
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 10)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc hands freed blocks back at once")
def test_photos_of_one_size_reuse_their_memory() -> None:
    # In a process of its own: what else ran in this one has moved the allocator's thresholds already.
    ran = subprocess.run([sys.executable, "-c", _DECODE], capture_output=True, text=True, check=True, timeout=60)
    assert float(ran.stdout) < 200  # of 1519 pages of 4 KiB; without the care taken, all of them
