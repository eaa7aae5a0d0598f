"""The few Chinese glyphs that a page uses, as a font inside the page: it is readable where no Chinese font is.

The installation's own OFL font is cut down to the outlines needed: glyph numbers stay, outlines of all others go,
and a WOFF file of what is left is small. Sources: the OpenType specification (cmap, glyf, loca), W3C WOFF 1.0.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

from deskcheck_vision.lettering import FONT_PATH

_KEPT = ("OS/2", "cmap", "gasp", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post", "prep")
_LONG_OFFSETS = 50  # of indexToLocFormat in the head table
_ARGS_ARE_WORDS, _SCALE, _MORE, _XY_SCALE, _TWO_BY_TWO = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080


def _tables(font: bytes) -> dict[str, bytes]:
    count = struct.unpack_from(">H", font, 4)[0]
    found = {}
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        found[tag.decode("ascii")] = font[offset : offset + length]
    return found


def _glyph_numbers(cmap: bytes, characters: Iterable[int]) -> set[int]:
    """Return the glyphs of characters, by the widest Unicode subtable."""
    subtables = [struct.unpack_from(">HHI", cmap, 4 + 8 * i) for i in range(struct.unpack_from(">H", cmap, 2)[0])]
    offsets = {struct.unpack_from(">H", cmap, offset)[0]: offset for _, _, offset in subtables}
    lookup = _grouped(cmap, offsets[12]) if 12 in offsets else _segmented(cmap, offsets[4])
    return {lookup[character] for character in characters if character in lookup}


def _grouped(cmap: bytes, start: int) -> dict[int, int]:
    """Read a format 12 subtable."""
    table: dict[int, int] = {}
    for index in range(struct.unpack_from(">I", cmap, start + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", cmap, start + 16 + 12 * index)
        table.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
    return table


def _segmented(cmap: bytes, start: int) -> dict[int, int]:
    """Read a format 4 subtable."""
    count = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    ends, starts, deltas, ranges = (start + 14, start + 16 + 2 * count, start + 16 + 4 * count, start + 16 + 6 * count)
    table: dict[int, int] = {}
    for index in range(count):
        first, last, delta, jump = (
            struct.unpack_from(">H", cmap, place + 2 * index)[0] for place in (starts, ends, deltas, ranges)
        )
        for character in range(first, min(last, 0xFFFE) + 1):
            glyph = character
            if jump:
                glyph = struct.unpack_from(">H", cmap, ranges + 2 * index + jump + 2 * (character - first))[0]
            if glyph or not jump:
                table[character] = (glyph + delta) & 0xFFFF
    return table


def _components(outline: bytes) -> list[int]:
    """Return the glyphs that a composite glyph is put together from."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found, place, flags = [], 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", outline, place)
        found.append(glyph)
        place += 8 if flags & _ARGS_ARE_WORDS else 6
        place += 2 * bool(flags & _SCALE) + 4 * bool(flags & _XY_SCALE) + 8 * bool(flags & _TWO_BY_TWO)
    return found


def _outlines(tables: dict[str, bytes], wanted: set[int]) -> tuple[bytes, bytes]:
    """Return glyf and loca (long offsets) with the outlines of the wanted glyphs and their components alone."""
    long = struct.unpack_from(">h", tables["head"], _LONG_OFFSETS)[0] == 1
    count = len(tables["loca"]) // (4 if long else 2)
    told = struct.unpack(f">{count}{'I' if long else 'H'}", tables["loca"])
    offsets = told if long else tuple(2 * value for value in told)
    keep, waiting = set(), [0, *wanted]
    while waiting:
        glyph = waiting.pop()
        if glyph not in keep:
            keep.add(glyph)
            waiting.extend(_components(tables["glyf"][offsets[glyph] : offsets[glyph + 1]]))
    body, places = bytearray(), [0]
    for glyph in range(count - 1):
        if glyph in keep:
            body += tables["glyf"][offsets[glyph] : offsets[glyph + 1]]
            body += bytes(-len(body) % 4)
        places.append(len(body))
    return bytes(body), struct.pack(f">{count}I", *places)


def _check_sum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF


def _woff(tables: dict[str, bytes]) -> bytes:
    names = sorted(name for name in _KEPT if name in tables)
    offset = 44 + 20 * len(names)
    entries, body = bytearray(), bytearray()
    plain = 12 + 16 * len(names)
    for name in names:
        table = tables[name]
        packed = zlib.compress(table, 9)
        packed = packed if len(packed) < len(table) else table
        entries += struct.pack(
            ">4sIIII", name.encode("ascii"), offset + len(body), len(packed), len(table), _check_sum(table)
        )
        body += packed + bytes(-len(packed) % 4)
        plain += len(table) + -len(table) % 4
    total = offset + len(body)
    header = struct.pack(">4sIIHHIHHIIIII", b"wOFF", 0x00010000, total, len(names), 0, plain, 1, 0, 0, 0, 0, 0, 0)
    return bytes(header + entries + body)


def font_uri(text: str, path: Path = FONT_PATH) -> str:
    """Return a ``data:`` address of a font with the characters of a text; "" where the font is not installed.

    Args:
        text: what is going to be shown.
        path: a TrueType font.
    """
    if not path.is_file():
        return ""
    tables = _tables(path.read_bytes())
    tables["glyf"], tables["loca"] = _outlines(tables, _glyph_numbers(tables["cmap"], map(ord, set(text))))
    head = bytearray(tables["head"])
    struct.pack_into(">h", head, _LONG_OFFSETS, 1)
    tables["head"] = bytes(head)
    return "data:font/woff;base64," + base64.b64encode(_woff(tables)).decode("ascii")
