"""Which addresses cameras may have: by their networks, ports and schemes, and files below one folder."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest
from deskcheck_vision.sources import address_errors as errors
from deskcheck_vision.sources.addresses import (
    CAMERA_PORTS,
    PAGES,
    PRIVATE_NETWORKS,
    STREAMS,
    AddressRules,
    check_address,
    media_path,
    parse_networks,
    parse_ports,
    resolve,
)
from deskcheck_vision.sources.camera_errors import NameUnknownError
from deskcheck_vision.sources.makers import Maker, with_path, with_size

DEFAULT = AddressRules(parse_networks(PRIVATE_NETWORKS), parse_ports(CAMERA_PORTS))


@pytest.mark.parametrize(
    ("networks", "address", "allowed"),
    [
        (PRIVATE_NETWORKS, "10.1.2.3", True),
        (PRIVATE_NETWORKS, "172.31.255.255", True),
        (PRIVATE_NETWORKS, "172.32.0.1", False),
        (PRIVATE_NETWORKS, "192.168.1.64", True),
        (PRIVATE_NETWORKS, "fd12:3456::1", True),
        (PRIVATE_NETWORKS, "::ffff:10.1.2.3", True),
        (PRIVATE_NETWORKS, "8.8.8.8", False),
        (PRIVATE_NETWORKS, "2001:4860::8888", False),
        (PRIVATE_NETWORKS, "127.0.0.1", False),
        (PRIVATE_NETWORKS, "::ffff:127.0.0.1", False),
        (PRIVATE_NETWORKS, "::1", False),
        (PRIVATE_NETWORKS, "0.0.0.0", False),  # noqa: S104 - a host to be refused
        (PRIVATE_NETWORKS, "169.254.169.254", False),
        (PRIVATE_NETWORKS, "fd00:ec2::254", False),
        (PRIVATE_NETWORKS, "fe80::1", False),
        (PRIVATE_NETWORKS, "224.0.0.1", False),
        ("0.0.0.0/0, ::/0", "8.8.8.8", True),
        ("0.0.0.0/0, ::/0", "127.0.0.1", False),
        ("0.0.0.0/0, ::/0", "::1", False),
        ("0.0.0.0/0, ::/0", "0.0.0.0", False),  # noqa: S104 - a host to be refused
        ("0.0.0.0/0, ::/0", "169.254.1.1", False),
        ("0.0.0.0/0, ::/0", "100.100.100.200", False),
        ("127.0.0.0/8", "127.0.0.1", True),
        ("::1/128", "::1", True),
        ("169.254.0.0/16", "169.254.1.1", True),
        ("169.254.0.0/16", "169.254.169.254", False),
        ("169.254.169.254/32", "169.254.169.254", True),
        ("", "10.0.0.1", False),
    ],
)
def test_only_listed_networks_and_special_ones_by_name(networks: str, address: str, *, allowed: bool) -> None:
    assert AddressRules(parse_networks(networks), ()).allows(ip_address(address)) is allowed


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("http://10.1.2.3/x", errors.SchemeForbiddenError),
        ("file:///etc/passwd", errors.SchemeForbiddenError),
        ("10.1.2.3", errors.SchemeForbiddenError),
        ("rtsp://", errors.AddressUnreadableError),
        ("rtsp://10.1.2.3:x/", errors.AddressUnreadableError),
        ("rtsp://10.1.2.3:99999/", errors.AddressUnreadableError),
        ("rtsp://10.1.2.3/a b", errors.AddressUnreadableError),
        ("rtsp://10.1.2.3/a\r\nHost: x", errors.AddressUnreadableError),
        ("rtsp://10.1.2.3\\@8.8.8.8/", errors.AddressUnreadableError),
        ("rtsp://10.1.2.3/摄像机", errors.AddressUnreadableError),
        ("rtsp://10.1.2.3/#x", errors.AddressUnreadableError),
        ("rtsp://[fe80::1%25eth0]/", errors.AddressUnreadableError),
        ("rtsp://-x/", errors.AddressUnreadableError),
        ("rtsp://10.1.2.3/" + "a" * 500, errors.AddressUnreadableError),
        ("rtsp://admin:hunter2@10.1.2.3/", errors.SecretInAddressError),
        ("rtsp://admin@10.1.2.3/", errors.SecretInAddressError),
        ("rtsp://10.1.2.3/user?usr=admin&pwd=hunter2", errors.SecretInAddressError),
        ("rtsp://10.1.2.3/?loginuse=a&loginpas=b", errors.SecretInAddressError),
        ("rtsp://10.1.2.3:5432/", errors.PortForbiddenError),
        ("rtsp://10.1.2.3:9000/", errors.PortForbiddenError),
        ("rtsp://8.8.8.8/", errors.HostForbiddenError),
        ("rtsp://[::1]/", errors.HostForbiddenError),
    ],
)
def test_address_that_may_not_be_used(address: str, error: type[errors.AddressError]) -> None:
    with pytest.raises(error) as caught:
        check_address(address, STREAMS, DEFAULT)
    assert "hunter2" not in str(caught.value) + str(caught.value.facts)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("rtsp://10.1.2.3", ("rtsp", "10.1.2.3", 554, "/")),
        ("rtsp://10.1.2.3:8554/a/b?channel=1&subtype=0", ("rtsp", "10.1.2.3", 8554, "/a/b?channel=1&subtype=0")),
        ("rtsp://cam-7.hall.local/x", ("rtsp", "cam-7.hall.local", 554, "/x")),
        ("rtsp://[fd00::7]:554/x", ("rtsp", "fd00::7", 554, "/x")),
    ],
)
def test_address_is_taken_apart(address: str, found: tuple[str, str, int, str]) -> None:
    assert check_address(address, STREAMS, DEFAULT) == found


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "localhost"])
def test_other_spellings_of_a_host_are_known_by_where_they_lead(host: str) -> None:
    with pytest.raises(errors.HostForbiddenError):
        resolve(f"http://{host}/", PAGES, DEFAULT)


def test_a_checked_address_holds_the_ip_that_was_checked() -> None:
    rules = AddressRules(parse_networks("127.0.0.0/8"), parse_ports("1-65535"))
    place = resolve("http://localhost:8080/x?a=1", PAGES, rules)
    assert (place.host, place.ip, place.url) == ("localhost", "127.0.0.1", "http://127.0.0.1:8080/x?a=1")
    assert place.shown == "localhost:8080"
    assert resolve("https://127.0.0.1", PAGES, rules).url == "https://127.0.0.1:443/"
    with pytest.raises(NameUnknownError):
        resolve("http://no-such-camera.invalid/", PAGES, rules)


def test_an_ipv6_address_keeps_its_brackets() -> None:
    place = resolve("http://[fd00::7]:8080/x", PAGES, DEFAULT)
    assert (place.shown, place.url) == ("[fd00::7]:8080", "http://[fd00::7]:8080/x")


@pytest.mark.parametrize("text", ["0", "80-70", "70000", "x", "1-2-3"])
def test_ports_that_are_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - int's own words differ
        parse_ports(text)


def test_files_are_below_the_media_folder_links_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "media", tmp_path / "outside"
    (root / "hall").mkdir(parents=True)
    outside.mkdir()
    (root / "hall" / "a.mp4").touch()
    (outside / "b.mp4").touch()
    (root / "link.mp4").symlink_to(outside / "b.mp4")
    (root / "inner.mp4").symlink_to(root / "hall" / "a.mp4")
    rules = AddressRules((), (), root)
    assert media_path("hall/a.mp4", rules) == (root / "hall" / "a.mp4").resolve()
    assert media_path("inner.mp4", rules) == (root / "hall" / "a.mp4").resolve()
    assert media_path(".", rules) == root.resolve()
    for address in ("../outside/b.mp4", str(outside / "b.mp4"), "link.mp4", "hall/none.mp4", "a\0b"):
        with pytest.raises(errors.MediaOutsideError):
            media_path(address, rules)
    with pytest.raises(errors.MediaFolderUnsetError):
        media_path("hall/a.mp4", AddressRules((), ()))


@pytest.mark.parametrize(
    ("address", "maker", "expected"),
    [
        ("http://10.1.2.3", Maker.HIKVISION, "http://10.1.2.3/ISAPI/Streaming/channels/101/picture"),
        (
            "http://10.1.2.3:8000/",
            Maker.HIKVISION_RECORDER,
            "http://10.1.2.3:8000/ISAPI/ContentMgmt/StreamingProxy/channels/101/picture",
        ),
        ("http://10.1.2.3", Maker.DAHUA, "http://10.1.2.3/cgi-bin/snapshot.cgi?channel=1"),
        ("http://10.1.2.3", Maker.ONVIF, "http://10.1.2.3/onvif/device_service"),
        ("rtsp://10.1.2.3", Maker.HIKVISION, "rtsp://10.1.2.3/Streaming/Channels/101"),
        ("rtsp://10.1.2.3", Maker.DAHUA, "rtsp://10.1.2.3/cam/realmonitor?channel=1&subtype=0"),
        ("rtsp://10.1.2.3", Maker.ONVIF, "rtsp://10.1.2.3"),
        ("http://10.1.2.3/own", Maker.DAHUA, "http://10.1.2.3/own"),
        ("http://[10.1.2.3", Maker.DAHUA, "http://[10.1.2.3"),
    ],
)
def test_makers_paths(address: str, maker: Maker, expected: str) -> None:
    assert with_path(address, maker, 1) == expected


def test_size_is_asked_of_hikvision_alone() -> None:
    path = "/ISAPI/Streaming/channels/101/picture"
    sized = f"{path}?videoResolutionWidth=1920&videoResolutionHeight=1080"
    assert with_size(path, (1920, 1080)) == sized
    assert with_size(sized, (640, 480)) == sized
    assert with_size(f"{path}?a=1", (64, 64)) == f"{path}?a=1&videoResolutionWidth=64&videoResolutionHeight=64"
    assert with_size(path, None) == path
    assert with_size("/cgi-bin/snapshot.cgi", (64, 64)) == "/cgi-bin/snapshot.cgi"
