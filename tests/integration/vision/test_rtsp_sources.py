"""Streams of a real RTSP server (GStreamer's): sparse bursts, log-in, halts, ends, and what is no stream."""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import time
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from deskcheck_vision.sources import camera_errors as errors
from deskcheck_vision.sources import rtsp, rtsp_probe
from deskcheck_vision.sources.addresses import STREAMS, AddressRules, Place, parse_networks, parse_ports, resolve
from deskcheck_vision.sources.base import Login, SourceLimits
from deskcheck_vision.sources.burst import check_alive, collect_burst
from deskcheck_vision.sources.camera import SourceKind, SourceSpec, negotiated_of, open_source
from deskcheck_vision.sources.rtsp import RtspSource
from films import grey_of, write_film
from http_camera import silent_peer
from rtsp_server import RtspServer, is_there, rtsp_server

pytestmark = pytest.mark.skipif(not is_there(), reason="GStreamer's RTSP server is not installed (make setup-dev)")

# Everything that an address has to be rid of before it can be one.
PASSWORD = "p@ss:w/rd ?#%41"
LOGIN = Login("admin", PASSWORD)
RULES = AddressRules(parse_networks("127.0.0.0/8"), parse_ports("1-65535"))
LIMITS = SourceLimits(connect_s=1.0, first_frame_s=2.0, stall_s=0.7)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path | str]:
    folder = tmp_path_factory.mktemp("films")
    return {
        "/quick": write_film(folder / "quick.mp4", 20, keyframe_s=0.5),
        "/rare": write_film(folder / "rare.mp4", 20, keyframe_s=2),
        "/never": write_film(folder / "never.mp4", 20, keyframe_s=20),
        "/short": write_film(folder / "short.mp4", 1, keyframe_s=0.5),
        # Parameters before every half of a keyframe: the halves come apart, and none is a whole picture.
        "/halves": f"( filesrc location={folder / 'quick.mp4'} ! qtdemux ! h264parse ! "
        "rtph264pay name=pay0 pt=96 config-interval=-1 )",
        "/sound": "( audiotestsrc is-live=true ! mulawenc ! rtppcmupay name=pay0 )",
    }


@pytest.fixture(scope="module")
def server(films: dict[str, Path | str]) -> Iterator[RtspServer]:
    with rtsp_server(films, user="admin", password=PASSWORD) as running:
        yield running


def place_of(server: RtspServer, mount: str) -> Place:
    return resolve(server.url(mount), STREAMS, RULES)


def test_a_sparse_burst_of_live_frames(server: RtspServer) -> None:
    spec = SourceSpec(SourceKind.RTSP, server.url("/quick"), "hall-1", LOGIN)
    source = open_source(spec, RULES, limits=LIMITS)
    frames = collect_burst(source, 3, 2.0, 8)
    source.close()
    source.close()
    assert [frame.source for frame in frames] == ["hall-1"] * 3
    received = [frame.captured_at.timestamp() for frame in frames]
    assert np.diff(received) == pytest.approx([1.0, 1.0], abs=0.6)
    assert abs(received[-1] - time.time()) < 5
    # Each shows what its own time in the stream says; the first packets of a stream may have none yet.
    shown = [(frame.stream_time_s, float(frame.image.mean())) for frame in frames[1:]]
    assert all(mean == pytest.approx(grey_of(int(time_s or 0)), abs=3) for time_s, mean in shown), shown
    found = negotiated_of(source)
    assert (found.transport, found.auth, found.codec, found.image_wh) == ("RTSP over TCP", "digest", "h264", (192, 128))
    assert found.frame_rate == pytest.approx(10, abs=0.5)
    assert found.keyframe_interval_s == pytest.approx(0.5, abs=0.11)
    assert found.first_frame_s is not None
    assert "GStreamer" in (found.server or "")


def test_rare_keyframes_give_fewer_frames(server: RtspServer) -> None:
    with RtspSource(place_of(server, "/rare"), LOGIN, limits=LIMITS) as source:
        frames = collect_burst(source, 5, 1.0, 2.8)
    assert len(frames) == 2
    assert frames[0].source.startswith("127.0.0.1:")
    assert source.name == frames[0].source


def test_a_stream_whose_first_keyframe_is_past_gives_none_in_time(server: RtspServer) -> None:
    with RtspSource(place_of(server, "/never"), LOGIN, limits=LIMITS) as source:
        assert len(collect_burst(source, 1, 0, 5)) == 1
        with pytest.raises(errors.NoFrameInTimeError) as caught:
            next(source.frames())
    assert caught.value.trouble == "no_picture"
    assert "2 s" in str(caught.value)


def test_damaged_keyframes_and_too_many_pixels_give_none(server: RtspServer) -> None:
    hasty = replace(LIMITS, first_frame_s=0.8)
    with (
        RtspSource(place_of(server, "/halves"), LOGIN, limits=hasty) as source,
        pytest.raises(errors.NoFrameInTimeError),
    ):
        next(source.frames())
    with pytest.raises(errors.PictureUnfitError):
        RtspSource(place_of(server, "/quick"), LOGIN, limits=replace(LIMITS, max_pixels=1000))


def test_a_live_picture_is_not_frozen_and_one_that_stands_still_is(server: RtspServer) -> None:
    with RtspSource(place_of(server, "/quick"), LOGIN, limits=LIMITS) as source:
        frames = list(collect_burst(source, 2, 1.0, 6))
    check_alive(frames)
    still = [frames[0], type(frames[0])(frames[0].image, frames[1].captured_at, "x")]
    with pytest.raises(errors.FrozenPictureError):
        check_alive(still)


@pytest.mark.parametrize(
    ("mount", "login", "error", "trouble"),
    [
        ("/quick", Login("admin", "hunter2"), errors.LoginRefusedError, "login_refused"),
        ("/quick", None, errors.LoginMissingError, "login_refused"),
        ("/nowhere", LOGIN, errors.NotThereError, "not_there"),
        ("/sound", LOGIN, errors.NoVideoError, "no_picture"),
    ],
)
def test_what_is_refused(
    server: RtspServer,
    mount: str,
    login: Login | None,
    error: type[errors.SourceError],
    trouble: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(error) as caught:
        RtspSource(place_of(server, mount), login, limits=LIMITS)
    assert type(caught.value) is error
    assert caught.value.trouble == trouble
    assert caught.value.__context__ is None
    out, err = capfd.readouterr()
    for said in (repr(caught.value), caplog.text, out, err):
        assert "hunter2" not in said
        assert PASSWORD not in said
        assert "p%40ss" not in said


def test_basic_log_in(films: dict[str, Path | str]) -> None:
    with rtsp_server({"/quick": films["/quick"]}, user="admin", password=PASSWORD, digest=False) as server:
        with RtspSource(place_of(server, "/quick"), LOGIN, limits=LIMITS) as source:
            assert len(collect_burst(source, 1, 0, 5)) == 1
            assert source.negotiated.auth == "basic"
        with pytest.raises(errors.LoginRefusedError):
            RtspSource(place_of(server, "/quick"), Login("admin", "x"), limits=LIMITS)


def test_a_stream_that_halts_one_that_is_killed_and_one_that_ends(films: dict[str, Path | str]) -> None:
    with rtsp_server({"/quick": films["/quick"], "/short": films["/short"]}) as server:
        with (
            RtspSource(place_of(server, "/short"), limits=LIMITS) as short,
            pytest.raises(errors.StreamEndedError) as ended,
        ):
            collect_burst(short, 9, 4, 9)
        assert ended.value.trouble == "stalled"
        assert short.negotiated.auth == "none"
        with RtspSource(place_of(server, "/quick"), limits=LIMITS) as source:
            frames = source.frames()
            next(frames)
            server.stall()
            began = time.monotonic()
            with pytest.raises(errors.StalledError) as stalled:
                list(frames)
            assert time.monotonic() - began < 5
            assert stalled.value.trouble == "stalled"
            server.go_on()
        with RtspSource(place_of(server, "/quick"), limits=LIMITS) as source:
            frames = source.frames()
            next(frames)
            server.kill()
            with pytest.raises(errors.StreamEndedError):
                list(frames)
        with pytest.raises(errors.RefusedError):
            RtspSource(place_of(server, "/quick"), limits=LIMITS)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", errors.NotAPictureError),
        (b"SSH-2.0-OpenSSH_9.6\r\n", errors.NotAPictureError),
        (b"RTSP/1.0 302 Found\r\nLocation: rtsp://10.0.0.1/\r\n\r\n", errors.RedirectedError),
        (b"RTSP/1.0 503 Busy\r\n\r\n", errors.ServerFailedError),
        (b"RTSP/1.0 nonsense\r\n\r\n", errors.ServerFailedError),
        (b"RTSP/1.0 200 OK\r\n", errors.BrokenOffError),
        (b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 20_000, errors.AnswerTooLargeError),
        (b"RTSP/1.0 401 No\r\nWWW-Authenticate: Negotiate\r\n\r\n", errors.LoginSchemeError),
        (b'RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm="a", algorithm=X\r\n\r\n', errors.LoginSchemeError),
    ],
)
def test_peers_that_speak_something_else(words: bytes, error: type[errors.SourceError]) -> None:
    with silent_peer(words) as port, pytest.raises(error):
        RtspSource(resolve(f"rtsp://127.0.0.1:{port}/x", STREAMS, RULES), LOGIN, limits=LIMITS)


def test_what_happens_between_the_question_and_the_stream() -> None:
    """The server answers the question, and then FFmpeg otherwise."""
    sdp = b"v=0\r\na=framerate:1.2.3\r\n"
    well = b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(sdp), sdp)
    half = b"RTSP/1.0 401 No\r\nCSeq: 1\r\n\r\n"
    challenge = b'Digest realm="a", nonce="b", qop="auth", algorithm=SHA-256, opaque="c"'
    asks = b"RTSP/1.0 401 No\r\nWWW-Authenticate: " + challenge + b"\r\n\r\n"
    for words, error in (
        ((well, None), errors.StalledError),
        ((well, half), errors.LoginRefusedError),
        ((well, b"RTSP/1.0 404 No\r\nCSeq: 1\r\n\r\n"), errors.NotThereError),
        ((well, b""), errors.NoVideoError),
        ((asks, asks), errors.LoginRefusedError),
        ((well[:-5], well), errors.BrokenOffError),
    ):
        with silent_peer(*words) as port, pytest.raises(error) as caught:
            RtspSource(resolve(f"rtsp://127.0.0.1:{port}/x", STREAMS, RULES), LOGIN, limits=LIMITS)
        assert PASSWORD not in repr(caught.value)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 800, "NONE", "not compressed"))
        sound.writeframes(bytes(1600))
    place = Place("rtsp", "127.0.0.1", "127.0.0.1", 554, "/")
    with av.open(str(tmp_path / "a.wav")) as opened, pytest.raises(errors.NoVideoError, match="audio"):
        rtsp._video(opened, place, LIMITS)


def test_a_digest_with_qop_is_that_of_the_standard() -> None:
    def sha256(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    header = rtsp_probe._digest(
        "rtsp://h/x", LOGIN, 'Digest realm="a", nonce="b", qop="auth,auth-int", algorithm=SHA-256'
    )
    assert header is not None
    cnonce = re.search(r'cnonce="(\w+)"', header)
    assert cnonce
    ours, theirs = sha256(f"admin:a:{PASSWORD}"), sha256("DESCRIBE:rtsp://h/x")
    assert f'response="{sha256(f"{ours}:b:00000001:{cnonce[1]}:auth:{theirs}")}"' in header


def test_without_pyav_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(errors.ReaderMissingError) as caught:
        RtspSource(Place("rtsp", "127.0.0.1", "127.0.0.1", 554, "/"))
    assert "deskcheck[video]" in caught.value.next_step("en")
