"""Which addresses cameras may have. Whoever may enter an address must not be able to make the server talk to anything.

A host is resolved once, every rule is held against the resulting IP address, and the connection then goes to that
address: a name that answers differently the second time (DNS rebinding) changes nothing. Sources: OWASP, Server-Side
Request Forgery Prevention Cheat Sheet; RFC 1918, RFC 4193, RFC 6890.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from deskcheck_vision.sources.address_errors import (
    AddressUnreadableError,
    HostForbiddenError,
    MediaFolderUnsetError,
    MediaOutsideError,
    PortForbiddenError,
    SchemeForbiddenError,
    SecretInAddressError,
)
from deskcheck_vision.sources.camera_errors import NameUnknownError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

PRIVATE_NETWORKS = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
CAMERA_PORTS = "80,443,554,8000-8999,10554"
STREAMS, PAGES = ("rtsp",), ("http", "https")
_PORTS = {"rtsp": 554, "http": 80, "https": 443}
# Where clouds answer with their machine's credentials: never by a range, only where listed alone.
_METADATA = frozenset(map(ipaddress.ip_address, ("169.254.169.254", "100.100.100.200", "fd00:ec2::254")))
# Parameters by which some cameras take a log-in in the address.
_LOGIN_NAMES = re.compile(r"(?i)(.*passw.*|.*pwd.*|pass|psw|user|usr|username|login\w*|auth|token|secret)")


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What cameras' addresses may be.

    Attributes:
        networks: that hosts may be in. Loopback, link-local, multicast and the like only where a network within them
            is listed, and never by a larger one.
        ports: lowest and highest of each allowed range.
        media_folder: that films and folders are below; None allows none.
    """

    networks: tuple[Network, ...]
    ports: tuple[tuple[int, int], ...]
    media_folder: Path | None = None

    def allows(self, address: IPAddress) -> bool:
        """True if a host may have an IP address."""
        plain = getattr(address, "ipv4_mapped", None) or address
        networks = [one for one in self.networks if one.version == plain.version and plain in one]
        if plain in _METADATA:
            return any(one.num_addresses == 1 for one in networks)
        for kind in ("is_loopback", "is_link_local", "is_multicast", "is_unspecified", "is_reserved"):
            if getattr(plain, kind):
                return any(getattr(one, kind) for one in networks)
        return bool(networks)


@dataclass(frozen=True, slots=True)
class Place:
    """A checked address; ``ip`` is what may be connected to.

    Attributes:
        scheme: "rtsp", "http" or "https".
        host: as it was entered, for TLS and the Host header.
        ip: IP address that passed the rules.
        port: that passed them.
        path: with its query, beginning with a slash.
    """

    scheme: str
    host: str
    ip: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """Host and port, for people."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def url(self) -> str:
        """By IP address, without a log-in."""
        return f"{self.scheme}://{_bracketed(self.ip)}:{self.port}{self.path}"


def parse_networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a text, by commas or spaces.

    Raises:
        ValueError: one of them is no network.
    """
    return tuple(ipaddress.ip_network(word) for word in text.replace(",", " ").split())


def parse_ports(text: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a text such as "80, 8000-8999".

    Raises:
        ValueError: one of them is no port or range.
    """
    ranges = []
    for word in text.replace(",", " ").split():
        low, _, high = word.partition("-")
        ends = int(low), int(high or low)
        if not 1 <= ends[0] <= ends[1] <= 65535:
            raise ValueError(f"not a range of ports: {word}")
        ranges.append(ends)
    return tuple(ranges)


def check_address(
    address: str, schemes: Sequence[str], rules: AddressRules, *, own_words: bool = True
) -> tuple[str, str, int, str]:
    """Hold everything of an address against the rules that needs no name server.

    Args:
        address: a URL without user and password.
        schemes: accepted ones.
        rules: of the installation.
        own_words: a person's, who may have put a log-in into it; a camera may name what parameters it likes.

    Returns:
        Scheme, host, port, and path with query.

    Raises:
        AddressError: see ``address_errors``.
    """
    if re.search(r"[^\x21-\x7e]|[\\\"<>^`{|}]", address) or len(address) > 500:
        raise AddressUnreadableError()
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressUnreadableError() from None
    if parts.scheme not in schemes:
        raise SchemeForbiddenError(accepted=" / ".join(f"{one}://" for one in schemes))
    names = [name for name, _ in parse_qsl(parts.query, True)] if own_words else []
    if "@" in parts.netloc or any(_LOGIN_NAMES.fullmatch(name) for name in names):
        raise SecretInAddressError()
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*", host) or parts.fragment:
        raise AddressUnreadableError()
    chosen = _PORTS[parts.scheme] if port is None else port
    if not any(low <= chosen <= high for low, high in rules.ports):
        raise PortForbiddenError(place=f"{_bracketed(host)}:{chosen}")
    literal = _literal(host)
    if literal is not None and not rules.allows(literal):
        raise HostForbiddenError(place=f"{_bracketed(host)}:{chosen}")
    return parts.scheme, host, chosen, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def resolve(address: str, schemes: Sequence[str], rules: AddressRules, *, own_words: bool = True) -> Place:
    """Return where an address leads, resolved once and held against the rules.

    Args:
        address: a URL without user and password.
        schemes: accepted ones.
        rules: of the installation.
        own_words: see ``check_address``.

    Raises:
        AddressError: see ``address_errors``.
        NameUnknownError: the host's name is not known.
    """
    scheme, host, port, path = check_address(address, schemes, rules, own_words=own_words)
    place = f"{_bracketed(host)}:{port}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NameUnknownError(place=place) from None
    for entry in found:
        ip = str(entry[4][0])
        if rules.allows(ipaddress.ip_address(ip)):
            return Place(scheme, host, ip, port, path)
    raise HostForbiddenError(place=place)


def media_path(address: str, rules: AddressRules) -> Path:
    """Return the file or folder below the media folder, links followed.

    Raises:
        MediaFolderUnsetError: there is no such folder.
        MediaOutsideError: it is not there, or leads outside.
    """
    if rules.media_folder is None:
        raise MediaFolderUnsetError()
    try:
        root = rules.media_folder.resolve(strict=True)
        found = (root / address).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        raise MediaOutsideError() from None
    if found != root and root not in found.parents:
        raise MediaOutsideError()
    return found


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
