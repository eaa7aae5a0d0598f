"""Evidence pictures: zones, things, their states and a ruler drawn over the photo, readable on a phone and in print.

Everything is given in px of the picture and in the reader's own words: this module knows no centimetres and no
language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from deskcheck_vision.boxes import as_boxes
from deskcheck_vision.detections import Float64Array, Uint8Array
from deskcheck_vision.labelling import LabelPlacer
from deskcheck_vision.lettering import FONT_PATH, Lettering
from deskcheck_vision.overlay_values import Overlay, OverlayItem, OverlayRuler, OverlayZone
from deskcheck_vision.strokes import INK, STYLES, WHITE, OverlayState, draw_icon, draw_path, fill_area

__all__ = ["Overlay", "OverlayItem", "OverlayRuler", "OverlayState", "OverlayZone", "draw_overlay"]

_ZONE_OPACITY = 0.22
# In CSS px: Apple's guidelines name 11 pt as the least; what is written small still has that.
_TEXT_PX_ON_DISPLAY = 12.5
_SMALL_TEXT_SHARE = 0.9
_MAX_LABEL_SHARE = 0.5
_MIN_TEXT_PX = 12


def draw_overlay(
    image: Uint8Array,
    overlay: Overlay,
    *,
    display_width_px: int = 960,
    most_width_px: int | None = None,
    font_path: Path = FONT_PATH,
) -> Uint8Array:
    """Draw an overlay over a picture.

    Args:
        image: (H, W, 3) uint8, BGR; never written to. People must be masked already.
        overlay: what to draw.
        display_width_px: width at which the picture will be looked at, in CSS px: 390 for a phone held upright. The
            text is made so large that it is read there, and shortened where it then finds no room.
        most_width_px: a wider picture is made that narrow before it is drawn over; None leaves its size.
        font_path: font with Chinese glyphs.

    Returns:
        A new (H, W, 3) uint8 picture, BGR.

    Raises:
        FontMissingError: the font is not there.
    """
    height, width = image.shape[:2]
    if most_width_px is not None and width > most_width_px:
        factor = most_width_px / width
        narrow_wh = (most_width_px, max(1, round(height * factor)))
        image = np.asarray(cv2.resize(image, narrow_wh, interpolation=cv2.INTER_AREA), np.uint8)
        overlay = overlay.scaled(factor)
    return _Drawing(image, overlay, display_width_px, font_path).draw()


class _Drawing:
    """One picture being drawn: fills first, lines over them, then labels from the most important down."""

    def __init__(self, image: Uint8Array, overlay: Overlay, display_width_px: int, font_path: Path) -> None:
        height, width = image.shape[:2]
        self._wh = (width, height)
        self._image = image.copy()
        self._overlay = overlay
        text_px = max(_MIN_TEXT_PX, round(_TEXT_PX_ON_DISPLAY * width / display_width_px))
        # A picture far taller than wide, or a tiny one, still has to hold a few lines.
        text_px = max(_MIN_TEXT_PX, min(text_px, height // 12))
        self._text = Lettering(text_px, font_path)
        self._small_text = Lettering(max(_MIN_TEXT_PX - 1, round(text_px * _SMALL_TEXT_SHARE)), font_path)
        self._line_px = max(1, round(text_px / 13))
        self._thin_px = max(1, round(self._line_px * 0.7))
        self._pad_px = max(1, round(text_px * 0.16))
        self._chip_px = self._text.height_px + 2 * self._pad_px
        self._placer = LabelPlacer(self._wh, as_boxes([item.xyxy for item in overlay.items]), self._chip_px)

    def draw(self) -> Uint8Array:
        """Draw everything and return the picture."""
        for zone in self._overlay.zones:
            fill_area(self._image, zone.polygon_px, STYLES[zone.state].colour, _ZONE_OPACITY)
        self._draw_desk()
        for zone in self._overlay.zones:
            style = STYLES[zone.state]
            draw_path(self._image, zone.polygon_px, style.colour, self._thin_px, dash=style.dash, closed=True)
        ranked = sorted(self._overlay.items, key=lambda item: STYLES[item.state].rank)
        for item in reversed(ranked):
            self._draw_box(item)
        self._draw_ruler()
        for item in ranked:
            self._label_item(item)
        for zone in self._overlay.zones:
            self._name_zone(zone)
        self._name_masks()
        return self._image

    def _draw_desk(self) -> None:
        if len(self._overlay.desk_outline_px) >= 2:
            draw_path(
                self._image, self._overlay.desk_outline_px, INK, max(1, self._line_px // 2), dash=(9, 5), closed=True
            )

    def _draw_box(self, item: OverlayItem) -> None:
        left, top, right, bottom = item.xyxy
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
        style = STYLES[item.state]
        width_px = round(max(self._line_px, 1.4) * style.weight)  # on small pictures too, the suspected stand out
        draw_path(self._image, corners, style.colour, width_px, dash=style.dash, closed=True)

    def _draw_ruler(self) -> None:
        """Draw the scale; its numbers stand off the desk and are left out where they would meet."""
        ruler = self._overlay.ruler
        if ruler is None:
            return
        points = ruler.points_px
        draw_path(self._image, points, INK, self._line_px, casing_px=self._thin_px)
        outward = self._outward(points)
        for point, direction, label in zip(points, outward, ruler.labels, strict=True):
            tick = self._text.size_px * (0.55 if label else 0.3)
            draw_path(self._image, np.stack([point, point + direction * tick]), INK, max(1, self._line_px - 1))
            if label:
                self._write_ruler_label(label, point + direction * (tick + self._small_text.height_px * 0.6))

    def _write_ruler_label(self, label: str, centre: Float64Array) -> None:
        width, height = self._small_text.width_px(label), self._small_text.height_px
        room_x, room_y = self._wh[0] - width - height // 4, self._wh[1] - height
        left = min(max(round(float(centre[0]) - width / 2), height // 4), room_x)
        top = min(max(round(float(centre[1]) - height / 2), 0), room_y)
        room = (left - height // 4, top, left + width + height // 4, top + height)
        if self._placer.is_free(room):
            self._placer.occupy(room)
            self._small_text.write(self._image, label, (left, top), INK, halo_px=max(1, self._line_px))

    def _outward(self, points: Float64Array) -> Float64Array:
        """Return (N, 2) unit vectors across the ruler, away from the desk, or downwards where there is no outline."""
        along = np.gradient(points, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], axis=1)
        across /= np.maximum(np.hypot(across[:, 0], across[:, 1]), 1e-9)[:, None]
        outline = self._overlay.desk_outline_px
        away = points.mean(axis=0) - outline.mean(axis=0) if len(outline) else np.array([0.0, 1.0])
        return across if float((across @ away).sum()) >= 0 else -across

    def _label_item(self, item: OverlayItem) -> None:
        """Write the whole label where there is room, else the name alone, else the icon alone."""
        wordings = self._wordings(item)
        widths = [self._chip_px + (self._text.width_px(text) + 2 * self._pad_px if text else 0) for text in wordings]
        spot = self._placer.beside(item.xyxy, [(width, self._chip_px) for width in widths])
        if spot is None:
            return  # the box itself still tells the state by its colour and line
        if spot.leader is not None:
            self._draw_leader(spot.leader, item.state)
        self._draw_chip(wordings[spot.wording], item.state, spot.left_top, widths[spot.wording])

    def _wordings(self, item: OverlayItem) -> list[str]:
        """Return what may be written at a thing, from all of it to nothing but the icon."""
        most_px = round(self._wh[0] * _MAX_LABEL_SHARE)
        unbracketed = re.split(r"\s*[（(]", item.label)[0]
        name = item.name or item.label.split(" ")[0]
        fitting = [text for text in (item.label, unbracketed, name) if self._text.width_px(text) <= most_px]
        return list(dict.fromkeys([*(fitting or [self._text.shortened(name, most_px)]), ""]))

    def _draw_leader(self, leader: tuple[float, float, float, float], state: OverlayState) -> None:
        colour = STYLES[state].colour
        draw_path(self._image, np.array(leader).reshape(2, 2), colour, self._thin_px)
        centre = (round(leader[0]), round(leader[1]))
        cv2.circle(self._image, centre, self._line_px + 2, WHITE, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(self._image, centre, self._line_px + 1, colour, cv2.FILLED, cv2.LINE_AA)

    def _draw_chip(self, text: str, state: OverlayState, left_top: tuple[int, int], width: int) -> None:
        left, top = left_top
        right, bottom = left + width - 1, top + self._chip_px - 1
        cv2.rectangle(self._image, (left, top), (right, bottom), WHITE, cv2.FILLED)
        cv2.rectangle(self._image, (left, top), (right, bottom), STYLES[state].colour, self._thin_px)
        draw_icon(self._image, state, left_top, self._chip_px)
        self._text.write(self._image, text, (left + self._chip_px + self._pad_px, top + self._pad_px), INK)

    def _name_zone(self, zone: OverlayZone) -> None:
        """Write a zone's name where it covers least: within the zone, along its inner edge first.

        Where the thing of that name stands in it and says its name itself, only where there is room to say it twice.
        """
        polygon = zone.polygon_px.clip(0, np.array(self._wh))
        width, height = self._small_text.width_px(zone.name), self._small_text.height_px
        centre = polygon.mean(axis=0)
        shares = (0.12, 0.3, 0.5, 0.75, 1.0)
        spots = [corner + (centre - corner) * share for share in shares for corner in [*polygon, *_middles(polygon)]]
        said = any(item.name == zone.name and _meet(item.xyxy, polygon) for item in self._overlay.items)
        self._write_free(zone.name, spots, (width, height), STYLES[zone.state].colour, covering=not said)

    def _name_masks(self) -> None:
        mask = self._overlay.mask
        if mask is None:
            return
        size = (self._small_text.width_px(self._overlay.mask_label), self._small_text.height_px)
        for left, top, right, bottom in mask.xyxy:
            centre_x = (left + right) / 2
            spots = [np.array([centre_x, top + (bottom - top) * share]) for share in (0.5, 0.35, 0.65, 0.2, 0.8)]
            self._write_free(self._overlay.mask_label, spots, size, INK)

    def _write_free(
        self,
        text: str,
        centres: Sequence[Float64Array],
        size: tuple[int, int],
        colour: tuple[int, int, int],
        *,
        covering: bool = True,
    ) -> None:
        """Write a text with a halo around the first free centre, moved into the picture; else leave it out."""
        if not text:
            return
        room = np.array(self._wh) - size
        corners = np.array([np.round(centre - np.array(size) / 2) for centre in centres]).clip(0, np.maximum(room, 0))
        chosen = self._placer.within(np.concatenate([corners, corners + size], axis=1), covering=covering)
        if chosen is not None:
            left_top = (int(corners[chosen, 0]), int(corners[chosen, 1]))
            self._small_text.write(self._image, text, left_top, colour, halo_px=max(1, self._line_px))


def _middles(polygon: Float64Array) -> Float64Array:
    return (polygon + np.roll(polygon, -1, axis=0)) / 2


def _meet(xyxy: tuple[float, float, float, float], polygon: Float64Array) -> bool:
    """Tell whether a box meets the rectangle around a polygon."""
    (left, top), (right, bottom) = polygon.min(axis=0), polygon.max(axis=0)
    return bool(xyxy[0] < right and left < xyxy[2] and xyxy[1] < bottom and top < xyxy[3])
