"""Snapshots of a real HTTP server: by digest and basic, of the makers' paths, and everything that is no picture."""

from __future__ import annotations

import itertools
import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from deskcheck_vision.frames import Frame
from deskcheck_vision.images import encode_jpeg
from deskcheck_vision.sources import camera_errors as errors
from deskcheck_vision.sources.address_errors import HostForbiddenError
from deskcheck_vision.sources.addresses import PAGES, AddressRules, parse_networks, parse_ports, resolve
from deskcheck_vision.sources.base import ANY_CA, Login, SourceLimits, TlsRules
from deskcheck_vision.sources.burst import check_alive, collect_burst
from deskcheck_vision.sources.camera import SourceKind, SourceSpec, check_spec, negotiated_of, open_source
from deskcheck_vision.sources.snapshot import SnapshotSource
from http_camera import HttpCamera, http_camera, refused_port, silent_peer

PASSWORD = 'p@ss "w:rd'
RULES = AddressRules(parse_networks("127.0.0.0/8"), parse_ports("1-65535"))
LIMITS = SourceLimits(connect_s=0.5, first_frame_s=1.0, stall_s=0.5, max_bytes=2_000_000)
_NUMBER = itertools.count(1)


def picture() -> bytes:
    """Another noise each time."""
    noise = np.random.default_rng(next(_NUMBER)).integers(0, 255, (96, 128, 3), np.uint8)
    return encode_jpeg(noise)


@pytest.fixture(scope="module")
def running() -> Iterator[HttpCamera]:
    with http_camera(picture) as camera:
        yield camera


@pytest.fixture
def camera(running: HttpCamera) -> HttpCamera:
    """The server as a camera that lets everybody in."""
    running.picture, running.user, running.password, running.scheme = picture, "", "", "digest"
    running.clock_offset_s, running.uri_host, running.soap, running.date = 0.0, "", "", ""
    running.asked.clear()
    return running


def spec(
    address: str, login: Login | None = None, kind: SourceKind = SourceKind.SNAPSHOT, **more: object
) -> SourceSpec:
    return SourceSpec(kind, address, "hall-1", login, **more)  # type: ignore[arg-type]


def burst(one: SourceSpec, count: int = 1, span_s: float = 0.0, tls: TlsRules = ANY_CA) -> object:
    source = open_source(one, RULES, limits=LIMITS, tls=tls)
    try:
        return collect_burst(source, count, span_s, 5), negotiated_of(source)
    finally:
        source.close()


@pytest.mark.parametrize("scheme", ["digest", "basic"])
def test_log_in_and_what_was_negotiated(camera: HttpCamera, scheme: str) -> None:
    camera.user, camera.password, camera.scheme, camera.clock_offset_s = "admin", PASSWORD, scheme, 90.0
    before = time.time()
    source = open_source(spec(camera.url("/snapshot.jpg?x=1"), Login("admin", PASSWORD)), RULES, limits=LIMITS)
    frames = collect_burst(source, 3, 0.4, 5)
    source.close()
    assert [frame.source for frame in frames] == ["hall-1"] * 3
    times = [frame.captured_at.timestamp() for frame in frames]
    assert times[0] >= before
    assert np.diff(times) == pytest.approx([0.2, 0.2], abs=0.15)
    assert not any(frame.image.flags.writeable for frame in frames)
    found = negotiated_of(source)
    assert (found.transport, found.auth, found.content_type) == ("HTTP", scheme, "image/jpeg")
    assert found.image_wh == (128, 96)
    assert found.clock_offset_s == pytest.approx(90, abs=2)
    assert found.first_frame_s is not None
    # One request finds out the scheme, and with digest one more fetches the challenge; then one a picture.
    assert camera.asked == ["GET /snapshot.jpg?x=1"] * 3


@pytest.mark.parametrize(
    "path", ["/ISAPI/Streaming/channels/101/picture", "/ISAPI/ContentMgmt/StreamingProxy/channels/101/picture"]
)
def test_hikvision_is_told_the_size(camera: HttpCamera, path: str) -> None:
    camera.user, camera.password = "admin", PASSWORD
    burst(spec(camera.url(path), Login("admin", PASSWORD), size_wh=(1920, 1080)))
    assert camera.asked == [f"GET {path}?videoResolutionWidth=1920&videoResolutionHeight=1080"]


def test_dahua(camera: HttpCamera) -> None:
    camera.user, camera.password = "admin", PASSWORD
    burst(spec(camera.url("/cgi-bin/snapshot.cgi?channel=1"), Login("admin", PASSWORD)))
    assert camera.asked == ["GET /cgi-bin/snapshot.cgi?channel=1"]


@pytest.mark.parametrize(
    ("path", "error", "trouble"),
    [
        ("/nowhere", errors.NotThereError, "not_there"),
        ("/redirect", errors.RedirectedError, "not_there"),
        ("/forbidden", errors.LoginRefusedError, "login_refused"),
        ("/failed", errors.ServerFailedError, "no_picture"),
        ("/html", errors.NotAPictureError, "no_picture"),
        ("/html-as-jpeg", errors.NotAPictureError, "no_picture"),
        ("/nothing", errors.NotAPictureError, "no_picture"),
        ("/cut", errors.PictureCutError, "no_picture"),
        ("/broken-off", errors.PictureCutError, "no_picture"),
        ("/damaged", errors.NoPictureError, "no_picture"),
        ("/endless", errors.AnswerTooLargeError, "no_picture"),
        ("/drip", errors.AnswerTooLargeError, "no_picture"),
        ("/told-too-large", errors.AnswerTooLargeError, "no_picture"),
        ("/stall", errors.StalledError, "stalled"),
    ],
)
def test_what_is_no_picture(camera: HttpCamera, path: str, error: type[errors.SourceError], trouble: str) -> None:
    with pytest.raises(error) as caught:
        burst(spec(camera.url(path)))
    assert caught.value.trouble == trouble
    if path == "/redirect":
        assert camera.asked == ["GET /redirect"]


def test_log_ins_that_do_not_fit(camera: HttpCamera, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    camera.user, camera.password = "admin", PASSWORD
    for scheme, login, error in (
        ("digest", Login("admin", "wrong pass"), errors.LoginRefusedError),
        ("basic", Login("admin", "wrong pass"), errors.LoginRefusedError),
        ("digest", None, errors.LoginMissingError),
        ("negotiate", Login("admin", PASSWORD), errors.LoginSchemeError),
    ):
        camera.scheme = scheme
        with pytest.raises(error) as caught:
            burst(spec(camera.url("/snapshot.jpg"), login))
        assert type(caught.value) is error
        assert caught.value.trouble == "login_refused"
        assert caught.value.__context__ is None
        assert "wrong pass" not in repr(caught.value) + repr(login)
    assert camera.asked == []
    assert "wrong pass" not in caplog.text
    assert "snapshot.jpg" not in caplog.text


def test_dead_refused_and_silent_peers_are_told_apart_in_time() -> None:
    with (
        silent_peer() as port,
        silent_peer(b"") as hanging_up,
        socket.create_server(("127.0.0.1", 0), backlog=0) as full,
    ):
        place = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # the queue of connections is full: further ones are not answered at all, as by a dead host
            one.setblocking(False)
            one.connect_ex(place)
        for number, error in (
            (port, errors.SilentPeerError),
            (hanging_up, errors.BrokenOffError),
            (refused_port(), errors.RefusedError),
            (place[1], errors.DeadHostError),
        ):
            for kind in (SourceKind.SNAPSHOT, SourceKind.RTSP):
                began = time.monotonic()
                scheme = "rtsp" if kind is SourceKind.RTSP else "http"
                with pytest.raises(error) as caught:
                    burst(spec(f"{scheme}://127.0.0.1:{number}/x", Login("admin", PASSWORD), kind))
                assert time.monotonic() - began < 1.5
                assert caught.value.trouble == "unreachable"
                assert caught.value.facts["place"] == f"127.0.0.1:{number}"
        for one in waiting:
            one.close()


def test_a_clock_that_jumps_and_a_picture_that_is_frozen(camera: HttpCamera) -> None:
    still = picture()
    camera.picture = lambda: still
    source = open_source(spec(camera.url("/snapshot.jpg")), RULES, limits=LIMITS)
    frames = collect_burst(source, 3, 1.1, 5)
    with pytest.raises(errors.FrozenPictureError) as frozen:
        check_alive(frames)
    assert frozen.value.trouble == "frozen"
    check_alive(frames[:1])

    def jumping() -> bytes:
        camera.clock_offset_s -= 3600
        return picture()

    camera.picture = jumping
    with pytest.raises(errors.ClockJumpError) as jumped:
        collect_burst(source, 3, 0.2, 5)
    assert jumped.value.trouble == "clock_wrong"
    assert jumped.value.facts["jump_s"] == pytest.approx(-3600, abs=3)
    source.close()


def test_a_burst_ends_with_its_time(camera: HttpCamera) -> None:
    source = open_source(spec(camera.url("/snapshot.jpg")), RULES, limits=LIMITS)
    began = time.monotonic()
    frames = collect_burst(source, 10, 9.0, 0.5)
    assert time.monotonic() - began < 1.5
    assert len(frames) == 1
    with pytest.raises(ValueError, match="no such burst"):
        collect_burst(source, 0, 1, 1)
    source.close()


def test_a_camera_without_a_clock_or_a_route(camera: HttpCamera) -> None:
    camera.date = "yesterday"
    place = resolve(camera.url("/snapshot.jpg"), PAGES, RULES)
    with SnapshotSource(place, limits=LIMITS) as source:
        (frame,) = collect_burst(source, 1, 0, 5)
        assert (source.name, frame.stream_time_s) == (place.shown, None)
        assert source.negotiated.clock_offset_s is None
    nowhere = AddressRules(parse_networks("255.255.255.255/32"), parse_ports("80"))
    check_spec(spec("http://255.255.255.255/"), nowhere)
    source = SnapshotSource(resolve("http://255.255.255.255/", PAGES, nowhere), limits=LIMITS)
    with pytest.raises(errors.DeadHostError):
        next(source.frames())
    source.close()


def test_a_burst_without_a_frame_says_so() -> None:
    class Nothing:
        name = "hall-1"

        def frames(self, every_s: float | None = None, until: float | None = None) -> Iterator[Frame]:
            return iter(())

        def close(self) -> None:
            pass

    with pytest.raises(errors.NoFrameInTimeError):
        collect_burst(Nothing(), 1, 0, 1)


def test_onvif_names_the_snapshot(camera: HttpCamera) -> None:
    camera.user, camera.password, camera.clock_offset_s = "admin", PASSWORD, -40_000
    one = spec(camera.url("/onvif/device_service"), Login("admin", PASSWORD), SourceKind.ONVIF)
    burst(one)
    assert camera.asked == [
        *["POST /onvif/device_service"] * 2,
        *["POST /onvif/media"] * 2,
        "GET /snapshot.jpg?token=1&a=2",
    ]
    for login, error in ((Login("admin", "wrong"), errors.LoginRefusedError), (None, errors.LoginMissingError)):
        with pytest.raises(error) as caught:
            burst(spec(one.address, login, SourceKind.ONVIF))
        assert type(caught.value) is error


@pytest.mark.parametrize("host", ["127.0.0.2", "8.8.8.8", "user:pw@127.0.0.1"])
def test_onvif_may_not_send_the_log_in_elsewhere(camera: HttpCamera, host: str) -> None:
    camera.uri_host = host
    with pytest.raises(errors.SourceError) as caught:
        burst(spec(camera.url("/onvif/device_service"), kind=SourceKind.ONVIF))
    assert caught.value.code in (HostForbiddenError.code, "source.secret_in_address")
    assert not [one for one in camera.asked if one.startswith("GET")]


@pytest.mark.parametrize(
    "soap",
    [
        "",
        "no XML",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "<a/>",
        "<s:Envelope xmlns:s='s'><s:Body><s:Fault>busy</s:Fault></s:Body></s:Envelope>",
        "<Envelope><GetSystemDateAndTimeResponse/><GetCapabilitiesResponse/><GetProfilesResponse/></Envelope>",
        "<a>" + "x" * 300_000 + "</a>",
    ],
    ids=["empty", "text", "entity", "other", "fault", "bare", "large"],
)
def test_onvif_answers_that_cannot_be_used(camera: HttpCamera, soap: str) -> None:
    camera.soap = soap or " "
    with pytest.raises(errors.NoPictureError) as caught:
        burst(spec(camera.url("/onvif/device_service"), kind=SourceKind.ONVIF))
    assert "root:" not in str(caught.value)


def test_onvif_without_a_snapshot_address(camera: HttpCamera) -> None:
    bodies = ["GetSystemDateAndTimeResponse", "GetCapabilitiesResponse", "GetSnapshotUriResponse"]
    inner = "".join(f"<{one}/>" for one in bodies)
    camera.soap = f"<Envelope>{inner}<GetProfilesResponse><Profiles token='1'/></GetProfilesResponse></Envelope>"
    with pytest.raises(errors.OnvifError, match="names no snapshot address"):
        burst(spec(camera.url("/onvif/device_service"), kind=SourceKind.ONVIF))


def test_https_certificates_are_checked(tmp_path: Path) -> None:
    certificate = _self_signed(tmp_path)
    with http_camera(picture(), tls=certificate) as camera:
        one = spec(camera.url("/snapshot.jpg"))
        with pytest.raises(errors.CertificateError):
            burst(one)
        burst(one, tls=TlsRules(ca_file=certificate[0]))
        burst(one, tls=TlsRules(verify=False))
        by_name = spec(one.address.replace("127.0.0.1", "localhost"))
        burst(by_name, tls=TlsRules(ca_file=certificate[0]))


def _self_signed(folder: Path) -> tuple[Path, Path]:
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret
