"""Which window the position stickers in a picture name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deskcheck_vision.markers import LARGEST_DESK_NUMBER, DeskTags, Tag, read_desks, tag_ids


def shown_window(
    tags: Sequence[Tag], window_id: int, numbered: Mapping[int, str]
) -> tuple[DeskTags | None, str | None]:
    """Return the window's own stickers, and the code of another window where the picture shows that one instead.

    Args:
        tags: found in the picture.
        window_id: key of the window, which is the number on its stickers.
        numbered: codes of the centre's windows by number.
    """
    if window_id > LARGEST_DESK_NUMBER:
        return None, None
    desks = read_desks(tags)
    own = next((desk for desk in desks if desk.number == window_id), None)
    # Two tags of two desks name a third one: a picture that shows any sticker of this window is never another's.
    if own is not None or set(tag_ids(window_id)) & {tag.id for tag in tags}:
        return own, None
    return None, next((numbered[desk.number] for desk in desks if desk.number in numbered), None)
