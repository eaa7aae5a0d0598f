"""Which network addresses messages may go to."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from deskcheck_service.errors.outbox import TargetAddressError, TargetUrlError

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def read_networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a list divided by commas or blanks.

    Raises:
        ValueError: one is no network.
    """
    return tuple(ip_network(part) for part in text.replace(",", " ").split())


def checked_url(url: str) -> str:
    """Return a system's address without blanks around it.

    Raises:
        TargetUrlError: it is no http or https address, or carries a user, a password or a fragment.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as exc:
        raise TargetUrlError(url=text[:100]) from exc
    plain = text.isascii() and text.isprintable() and " " not in text
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "@" in parts.netloc
        or parts.fragment
        or not plain
    ):
        raise TargetUrlError(url=text.split("@")[-1][:100])
    return text


def allowed_addresses(host: str, port: int, networks: Iterable[Network]) -> list[Address]:
    """Look a name up and return its addresses, all of which must be allowed.

    Raises:
        TargetAddressError: it has none, or one that is outside the allowed networks.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise TargetAddressError(host=host[:100]) from exc
    addresses = list(dict.fromkeys(_plain(ip_address(str(entry[4][0]).split("%")[0])) for entry in found))
    allowed = tuple(networks)
    if not addresses or not all(any(address in network for network in allowed) for address in addresses):
        raise TargetAddressError(host=host[:100])
    return addresses


def _plain(address: Address) -> Address:
    """Return an IPv4 address that is written as an IPv6 one as what it is."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
