"""A camera's snapshot address, asked of the camera by ONVIF: GetSystemDateAndTime, GetProfiles, GetSnapshotUri.

Log-in is WS-UsernameToken with a digest, stamped by the camera's own clock: cameras refuse stamps that are some seconds
off. Sources: ONVIF Core Specification, section 5.12; ONVIF Media Service Specification; OASIS WS-Security UsernameToken
Profile 1.0. Answers are untrusted XML: no document type, so no entities, and a limited size.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from deskcheck_vision.sources.address_errors import HostForbiddenError
from deskcheck_vision.sources.addresses import PAGES, AddressRules, Place, resolve
from deskcheck_vision.sources.base import ANY_CA, Login, SourceLimits, TlsRules
from deskcheck_vision.sources.camera_errors import LoginMissingError, LoginRefusedError, OnvifError
from deskcheck_vision.sources.http_get import CameraHttp

_MOST_BYTES = 262_144
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>{header}</s:Header>'
    "<s:Body>{body}</s:Body></s:Envelope>"
)
_SIGNED = (
    '<w:Security xmlns:w="{ns}wssecurity-secext-1.0.xsd" xmlns:u="{ns}wssecurity-utility-1.0.xsd">'
    "<w:UsernameToken><w:Username>{user}</w:Username>"
    '<w:Password Type="{ns}username-token-profile-1.0#PasswordDigest">{digest}</w:Password>'
    '<w:Nonce EncodingType="{ns}soap-message-security-1.0#Base64Binary">{nonce}</w:Nonce>'
    "<u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
)
_DEVICE = '<{name} xmlns="http://www.onvif.org/ver10/device/wsdl">{inner}</{name}>'
_MEDIA = '<{name} xmlns="http://www.onvif.org/ver10/media/wsdl">{inner}</{name}>'


class _NoDoctype(ET.TreeBuilder):
    def doctype(self, _name: str, _pubid: str | None, _system: str | None) -> None:
        raise ValueError("a document type")


class _Onvif:
    """One camera's services."""

    def __init__(self, place: Place, login: Login | None, rules: AddressRules, http: CameraHttp) -> None:
        self._place, self._login, self._rules, self._http = place, login, rules, http
        self._ahead = timedelta()

    def snapshot_place(self) -> Place:
        """Ask for the clock, the media service, the first profile and its snapshot address."""
        self._set_clock(self._asked(self._place, _DEVICE, "GetSystemDateAndTime", signed=False))
        found = self._asked(
            self._place, _DEVICE, "GetCapabilities", inner="<Category>Media</Category>", name="Capabilities"
        )
        media_at = next((_text(one, "XAddr") for one in found.iter() if _local(one) == "Media"), "")
        media = self._own(media_at) if media_at else self._place
        profiles = self._asked(media, _MEDIA, "GetProfiles")
        token = next((one.get("token", "") for one in profiles.iter() if _local(one) == "Profiles"), "")
        if not token:
            raise self._unfit("没有媒体配置", "it has no media profile")
        inner = f"<ProfileToken>{escape(token)}</ProfileToken>"
        uri = _text(self._asked(media, _MEDIA, "GetSnapshotUri", inner=inner), "Uri")
        if not uri:
            raise self._unfit("没有快照地址", "it names no snapshot address")
        return self._own(uri)

    def _own(self, uri: str) -> Place:
        """Return an address that the camera named: only ever its own, or the log-in would go elsewhere."""
        found = resolve(uri, PAGES, self._rules, own_words=False)
        if found.ip != self._place.ip:
            raise HostForbiddenError(place=found.shown)
        return found

    def _set_clock(self, answer: ET.Element) -> None:
        utc = next((one for one in answer.iter() if _local(one) == "UTCDateTime"), answer)
        try:
            year, month, day = (int(_text(utc, name)) for name in ("Year", "Month", "Day"))
            hour, minute, second = (int(_text(utc, name)) for name in ("Hour", "Minute", "Second"))
            theirs = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            return  # it does not say: ours has to do
        self._ahead = theirs - datetime.now(UTC)

    def _asked(
        self, place: Place, form: str, action: str, *, inner: str = "", name: str = "", signed: bool = True
    ) -> ET.Element:
        header = self._token() if signed and self._login is not None else ""
        envelope = _ENVELOPE.format(header=header, body=form.format(name=action, inner=inner))
        answer = self._http.fetch(place, content=envelope.encode(), media_type="application/soap+xml; charset=utf-8")
        root = self._parsed(answer.body)
        wanted = f"{name or action}"
        if not any(_local(one).endswith(wanted) or _local(one) == f"{action}Response" for one in root.iter()):
            raise self._unfit("回应中没有所问的内容", "it does not answer what was asked")
        return root

    def _parsed(self, body: bytes) -> ET.Element:
        parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 - a document type, and so any entity, is refused
        try:
            parser.feed(body)
            root: ET.Element = parser.close()
        except (ET.ParseError, ValueError, LookupError) as exc:
            raise self._unfit("不是可读的 XML", "it is no XML that can be read") from exc
        self._check_fault(root)
        return root

    def _check_fault(self, root: ET.Element) -> None:
        words = "".join(text or "" for one in root.iter() if _local(one) == "Fault" for text in one.itertext())
        if "NotAuthorized" in words or "FailedAuthentication" in words:
            kind = LoginRefusedError if self._login is not None else LoginMissingError
            raise kind(place=self._place.shown)
        if words:
            raise self._unfit("它报告了错误", "it reports a fault")

    def _token(self) -> str:
        assert self._login is not None
        nonce = secrets.token_bytes(16)
        created = (datetime.now(UTC) + self._ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
        # SHA-1 is what the profile says.
        digest = hashlib.sha1(nonce + created.encode() + self._login.password.encode(), usedforsecurity=False).digest()
        return _SIGNED.format(
            ns=_SECURITY,
            user=escape(self._login.user),
            digest=base64.b64encode(digest).decode("ascii"),
            nonce=base64.b64encode(nonce).decode("ascii"),
            created=created,
        )

    def _unfit(self, reason_zh: str, reason: str) -> OnvifError:
        return OnvifError(place=self._place.shown, reason_zh=reason_zh, reason=reason)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ET.Element, name: str) -> str:
    return next(((one.text or "").strip() for one in element.iter() if _local(one) == name), "")


def snapshot_place(
    place: Place, login: Login | None, rules: AddressRules, limits: SourceLimits, tls: TlsRules = ANY_CA
) -> Place:
    """Ask a camera where its snapshots are.

    Args:
        place: checked address of its device service, usually ending in /onvif/device_service.
        login: user and password; None for none.
        rules: that the named address is held against as well; it must be the camera's own.
        limits: how long and how much is waited for.
        tls: how far certificates are checked.

    Raises:
        SourceError: it does not say, see ``camera_errors``.
    """
    small = replace(limits, max_bytes=min(limits.max_bytes, _MOST_BYTES))
    with CameraHttp(login, small, tls) as http:
        return _Onvif(place, login, rules, http).snapshot_place()
