"""Words of the layout editor's parts: position stickers, opening hours, trial, sight line and seats."""

from __future__ import annotations

from deskcheck_service.pages.i18n import mark

MORE_EDITOR_TEXTS = {
    "sticker_other": mark("This picture shows the position stickers of window {window}. Choose another one."),
    "still_other": mark("shows window {window}"),
    "stickers_few": mark("{n} position stickers seen; all four, flush in the corners, would tell corners and size."),
    "stickers_size": mark("{n} position stickers seen: the desk is {size}."),
    "stickers_known": mark("{n} position stickers seen; their places are known: the desk is {size}."),
    "stickers_read": mark("Read from stickers"),
    "stickers_ruler": mark("Read as if printed to scale: lay a ruler on the printed scale once, it is 100 mm."),
    "stickers_scale": mark(
        "The stickers measure {share} % of what they should: the sheet was printed at another scale, or width and "
        "depth are wrong. Lay a ruler on the printed scale and on the desk."
    ),
    "usual_cm": mark("usual: {cm}"),
    "around_kind": mark("What it is"),
    "place_hours": mark("Opening hours"),
    "problem_far_off": mark("It reaches more than 4 m beyond the desk."),
    "problem_hours_open_end": mark("From and to are needed, such as 09:00."),
    "problem_hours_order": mark("It ends before it begins."),
    "problem_hours_overlap": mark("It overlaps the span above, or comes before it."),
    "hours_from": mark("Span {n} from"),
    "hours_to": mark("Span {n} to"),
    "hours_delete": mark("Delete span {n}"),
    "hours_add": mark("Add a span"),
    "hours_days": mark("Working days"),
    "hours_zone": mark("Time zone: {zone}"),
    "hours_none": mark("closed all day"),
    "day_mon": mark("Mon"),
    "day_tue": mark("Tue"),
    "day_wed": mark("Wed"),
    "day_thu": mark("Thu"),
    "day_fri": mark("Fri"),
    "day_sat": mark("Sat"),
    "day_sun": mark("Sun"),
    "day_range": mark("{first} to {last}"),
    "trial_running": mark("Picture {n} of {of}..."),
    "trial_done": mark("Pictures judged: {n}."),
    "trial_lost": mark("No connection. What was judged so far stays shown; try again."),
    "trial_none": mark("No picture of this window has been judged yet: there is nothing to try it on."),
    "trial_nothing": mark("Nothing is flagged in any of them."),
    "trial_same": mark("Both flag the same in all of them."),
    "trial_draft": mark("The draft suspects"),
    "trial_version": mark("Version {n} suspects"),
    "trial_differ": mark("Pictures that differ"),
    "trial_only_draft": mark("Only the draft"),
    "trial_only_version": mark("Only version {n}"),
    "trial_no_more": mark("nothing more"),
    "trial_suspected": mark("suspected"),
    "trial_inconclusive": mark("cannot judge"),
    "trial_stop": mark("Stop"),
    "trial_close": mark("Close"),
}
