"""Rules whose strictness depends on the hour: V07."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deskcheck_calibration.findings import Finding
from deskcheck_calibration.rules.position import against_zones
from deskcheck_calibration.scene import Scene


def not_returned(scene: Scene, parameters: Mapping[str, float]) -> Iterator[Finding]:
    """V07: cup and tissues against their stickers; in hours a camera waits for the grace time, after closing not."""
    yield from against_zones("V07", scene, parameters, returning=True)
