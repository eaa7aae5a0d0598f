"""Drawn windows: desk, usual equipment and what the layout asks of it. Photos of them break it in ``planting``."""

from __future__ import annotations

from dataclasses import replace

from deskcheck_datasets.synthetic.hall_plans import Stand, Window
from deskcheck_datasets.synthetic.items.base import Draw

# Cameras are allowed to be off by more, so that a clear violation needs more room.
CLEARANCE_CM, CEILING_CLEARANCE_CM = 9.0, 14.0


def draw_window(
    draw: Draw, code: str, needs: frozenset[str] = frozenset(), clearance_cm: float = CLEARANCE_CM
) -> Window:
    """A window with its usual equipment; what the optional things are is drawn.

    Args:
        needs: what it has to have: ``riser``, ``printer``, ``no_printer``, ``camera``, ``cup``, ``returns``, ``edge``,
            ``telephone``.
        clearance_cm: from the outer edge, where the window has such a rule.
    """
    w, d = round(draw.uniform(155, 200), 1), round(draw.uniform(66, 80), 1)
    edge = "edge" in needs or ("printer" not in needs and draw.chance(0.25))
    riser = "riser" in needs or draw.chance(0.3)
    printer = "printer" in needs or not (edge or "no_printer" in needs or draw.chance(0.65))
    relation = "camera" in needs or not (edge or draw.chance(0.5))
    back = d * (draw.free(0.46, 0.48) if edge else draw.free(0.35, 0.4))
    middle, front = w * draw.free(0.5, 0.54), d * draw.free(0.79, 0.82)
    stands = [_stand(draw, "monitor", (middle, back), "riser" if riser else "", None if riser else 12.0)]
    if riser:
        stands.insert(0, replace(_stand(draw, "monitor_riser", (middle, back), "", None), key="riser"))
    stands.append(_stand(draw, "keyboard", (middle, front), "", 6.0))
    stands.append(_stand(draw, "mouse", (middle + draw.free(33, 37), front), "", 8.0))
    if printer:
        stands.append(_stand(draw, "printer", (28.0, d * 0.5), "", None))
    if relation:
        found = _stand(draw, "document_camera", (middle - draw.free(44, 47), back), "", None)
        stands.append(replace(found, key="camera"))
    if "telephone" in needs or draw.chance(0.6):
        at = (w * draw.free(0.8, 0.84), d * draw.free(0.38, 0.44))
        found = _stand(draw, "telephone", at, "", 8.0)
        stands.append(replace(found, yaw_deg=draw.free(-15, 5), required=draw.chance(0.5)))
    if needs & {"cup", "returns"} or draw.chance(0.7):
        stands.append(_stand(draw, "cup", (w - draw.free(14, 18), front), "", 5.0))
    if not printer and "no_printer" not in needs and draw.chance(0.4):
        at = (w * draw.free(0.1, 0.13), d * 0.5)
        stands.append(_stand(draw, draw.pick(("tissue", "pen_holder", "tablet_terminal")), at, "", None))
    return Window(
        code, code, code, "GENERAL", draw.integer(1, 10**9), (w, d), tuple(stands), (),
        edge_clearance_cm=clearance_cm if edge else None,
        cabinet_x_cm=56.0 if printer else 0.0,
        camera_gap_cm=30.0 if relation else None,
        cup_returns="returns" in needs or ("cup" not in needs and draw.chance(0.2)),
    )  # fmt: skip


def _stand(draw: Draw, kind: str, at: tuple[float, float], on: str, margin: float | None) -> Stand:
    required = kind in ("monitor", "keyboard", "mouse") and margin is not None
    return Stand(kind, kind, draw.integer(1, 10**9), at, draw.free(-2, 2), on, margin, required)
