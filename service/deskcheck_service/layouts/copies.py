"""Copying a layout to like windows: what the desk may hold is taken over, what is of one place is not.

Every chosen window is a transaction of its own: it gets a whole draft version or none, and copying again makes
nothing where this very content waits or counts already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from deskcheck_vision.errors import DeskcheckError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from deskcheck_service import audit
from deskcheck_service.accounts.rights import Principal, Scope
from deskcheck_service.db import Database, is_unique_clash
from deskcheck_service.errors import ExistsError, LayoutStateError, NotFoundError
from deskcheck_service.errors.desk_types import (
    DeskSizeDiffersError,
    DeskSizeUnknownError,
    OtherCentreError,
    SameWindowError,
)
from deskcheck_service.layouts import copy_repository, desk_type_repository, repository
from deskcheck_service.layouts.copy_schemas import CopyCandidate, CopyCandidates, CopyEffect, CopyResult
from deskcheck_service.layouts.desk_types import desk_type_shown
from deskcheck_service.layouts.present import layout_out, layout_ref
from deskcheck_service.layouts.versions import MAKERS, add_copy
from deskcheck_service.schemas import Text
from deskcheck_service.tables import LayoutState, LayoutVersion, Window

if TYPE_CHECKING:
    from deskcheck_calibration.layout import Layout

# Two tapes do not measure the same; further apart, they are two kinds of desk. Also what layouts may reach beyond it.
SAME_SIZE_CM = 1.0
Size = tuple[float, float]


def copied_layout(source: Layout, window: str, version: int, own: Layout | None) -> Layout:
    """Return what a version becomes at another window.

    Args:
        source: the layout to take over.
        window: code of the other window.
        version: its next version number.
        own: the layout that counts there; its desk's measure, views and stickers are of that place and stay.
    """
    return replace(
        source,
        window=window,
        version=version,
        desk_wh_cm=own.desk_wh_cm if own is not None else source.desk_wh_cm,
        views=own.views if own is not None else (),
        stickers=own.stickers if own is not None else (),
    )


def _is_like(first: Size, second: Size) -> bool:
    # Both are decimals of a tape; a hair beyond a whole centimetre is the float's doing.
    return all(abs(a - b) <= SAME_SIZE_CM + 1e-9 for a, b in zip(first, second, strict=True))


def _words(size: Size) -> str:
    return f"{size[0]:g} x {size[1]:g}"


class _Target:
    """A window that may get the copy, with what lives there."""

    def __init__(self, session: Session, window: Window, living: Sequence[LayoutVersion]) -> None:
        from deskcheck_calibration.layout_file import load_layout

        self.window = window
        self.approved = next((row for row in living if row.state is LayoutState.APPROVED), None)
        self.waiting = [row for row in living if row.state is LayoutState.DRAFT]
        self.own = load_layout(self.approved.text) if self.approved is not None else None
        self._session = session

    def size(self) -> Size | None:
        """Return the desk's size as far as it is known: as calibrated, else as its type says."""
        if self.own is not None:
            return self.own.desk_wh_cm
        if self.window.desk_type_id is None:
            return None
        kind = desk_type_repository.desk_type(self._session, self.window.desk_type_id)
        return (kind.width_cm, kind.depth_cm) if kind is not None else None

    def copy(self, source: Layout, version: int) -> Layout:
        """Return the copy, checked as any layout file.

        Raises:
            DeskSizeUnknownError, DeskSizeDiffersError: the desk is another one, as far as is known.
            LayoutFileError: it is no sound layout of this desk.
        """
        from deskcheck_calibration.layout_file import dump_layout, load_layout

        size = self.size()
        if size is None:
            raise DeskSizeUnknownError(window=self.window.code)
        if not _is_like(size, source.desk_wh_cm):
            raise DeskSizeDiffersError(window=self.window.code, own=_words(size), drawn=_words(source.desk_wh_cm))
        copy = copied_layout(source, self.window.code, version, self.own)
        # On a desk of the very size nothing of two sound layouts can be wrong, and reading takes its time.
        return copy if copy.desk_wh_cm == source.desk_wh_cm else load_layout(dump_layout(copy))

    def same_as(self, copy: Layout) -> LayoutVersion | None:
        """Return the version, waiting or approved, that has this very content; numbers do not count."""
        from deskcheck_calibration.layout_file import layout_sha256

        living = [*self.waiting, *([self.approved] if self.approved is not None else [])]
        return next((row for row in living if row.sha256 == layout_sha256(replace(copy, version=row.version))), None)


def _source(session: Session, principal: Principal | None, layout_id: int) -> LayoutVersion:
    row = repository.layout(session, layout_id)
    scope = principal.scope() if principal is not None else Scope(everything=True)
    if row is None or not scope.reaches(row.window.area.centre_id, row.window.area_id):
        raise NotFoundError(what=f"layout {layout_id}")
    if row.state is LayoutState.RETIRED:
        raise LayoutStateError(state=row.state.value)
    return row


def copy_candidates(session: Session, principal: Principal, layout_id: int) -> CopyCandidates:
    """Return the windows like a version's own that the person draws layouts of, in route order.

    Like are those of the same desk type; where the version's window has none, those whose desk is as large.

    Raises:
        NotFoundError: there is no such version, or it is outside the person's areas.
        LayoutStateError: it is retired.
    """
    from deskcheck_calibration.layout_file import load_layout

    row = _source(session, principal, layout_id)
    source = load_layout(row.text)
    kind_id = row.window.desk_type_id
    centre_id = row.window.area.centre_id
    windows = [one for one in copy_repository.centre_windows(session, principal.scope(*MAKERS), centre_id)
               if one.id != row.window_id and kind_id in (None, one.desk_type_id)]  # fmt: skip
    keys = [one.id for one in windows]
    living, drafted = copy_repository.living_layouts(session, keys), copy_repository.drafted_windows(session, keys)
    targets = [_Target(session, one, living[one.id]) for one in windows]
    if kind_id is None:
        sized = [(target, target.size()) for target in targets]
        targets = [target for target, size in sized if size is not None and _is_like(size, source.desk_wh_cm)]
    return CopyCandidates(
        source=layout_out(row),
        desk_cm=source.desk_wh_cm,
        desk_type=desk_type_shown(session, kind_id) if kind_id is not None else None,
        windows=[_candidate(target, source, target.window.id in drafted) for target in targets],
    )


def _candidate(target: _Target, source: Layout, has_draft: bool) -> CopyCandidate:
    from deskcheck_calibration.layout_diff import layout_changes

    window = target.window
    effect, reason, same, changes = CopyEffect.REFUSED, None, None, []
    try:
        copy = target.copy(source, 1)
    except DeskcheckError as error:
        reason = Text(zh=error.sentence("zh"), en=error.sentence("en"))
    else:
        same = target.same_as(copy)
        effect = _effect(target, same)
        if target.own is not None:
            changes = [Text(zh=one.zh, en=one.en) for one in layout_changes(target.own, copy)]
    return CopyCandidate(
        window_code=window.code,
        window_name=Text(zh=window.name_zh, en=window.name_en),
        area_name=Text(zh=window.area.name_zh, en=window.area.name_en),
        effect=effect,
        replaces=layout_ref(target.approved, window.code),
        same=layout_ref(same, window.code),
        waiting_versions=sorted(one.version for one in target.waiting),
        has_draft=has_draft,
        changes=changes,
        reason=reason,
    )


def _effect(target: _Target, same: LayoutVersion | None) -> CopyEffect:
    if same is not None:
        return CopyEffect.WAITING if same.state is LayoutState.DRAFT else CopyEffect.UNCHANGED
    return CopyEffect.FIRST if target.approved is None else CopyEffect.REPLACES


def copy_layout(database: Database, actor: Principal | str, layout_id: int, windows: Sequence[str]) -> list[CopyResult]:
    """Copy a version to windows, each in a transaction of its own, and say of each what came of it.

    Args:
        database: where the layouts are.
        actor: the author; a plain name for the command line, which reaches every window.
        layout_id: the version to copy, approved or waiting.
        windows: codes, each taken once.

    Raises:
        NotFoundError: there is no such version, or it is outside the person's areas.
        LayoutStateError: it is retired.
    """
    with database.reading() as session:
        _source(session, actor if isinstance(actor, Principal) else None, layout_id)
    return [_copied(database, actor, layout_id, code) for code in dict.fromkeys(windows)]


def _copied(database: Database, actor: Principal | str, layout_id: int, code: str) -> CopyResult:
    try:
        with database.writing() as session:
            return _copy_one(session, actor, layout_id, code)
    except IntegrityError as exc:
        if not is_unique_clash(exc):
            raise
        return _refused(code, ExistsError(what=f"{code}: version"))
    except DeskcheckError as error:
        return _refused(code, error)


def _refused(code: str, error: DeskcheckError) -> CopyResult:
    return CopyResult(
        window_code=code,
        effect=CopyEffect.REFUSED,
        code=error.code,
        reason=Text(zh=error.sentence("zh"), en=error.sentence("en")),
        next_step=Text(zh=error.next_step("zh"), en=error.next_step("en")),
    )


def _copy_one(session: Session, actor: Principal | str, layout_id: int, code: str) -> CopyResult:
    from deskcheck_calibration.layout_file import load_layout

    person = actor if isinstance(actor, Principal) else None
    row = _source(session, person, layout_id)
    window = _target_window(session, person, row, code)
    copy_repository.hold(session, window.id)
    target = _Target(session, window, copy_repository.living_layouts(session, [window.id])[window.id])
    copy = target.copy(load_layout(row.text), repository.newest_version(session, window.id) + 1)
    same = target.same_as(copy)
    effect = _effect(target, same)
    if same is None:
        same = add_copy(session, person.user_id if person is not None else None, window, copy, row)
        note = f"{code} v{same.version} = {row.window.code} v{row.version}"
        audit.record(session, actor, "layout.copy", "layout", same.id, note)
    shown = repository.layout(session, same.id)
    return CopyResult(window_code=code, effect=effect, layout=layout_out(shown) if shown is not None else None)


def _target_window(session: Session, person: Principal | None, row: LayoutVersion, code: str) -> Window:
    window = repository.window(session, code)
    scope = person.scope(*MAKERS) if person is not None else Scope(everything=True)
    if window is None or not scope.reaches(window.area.centre_id, window.area_id):
        raise NotFoundError(what=f"window {code}")
    if window.id == row.window_id:
        raise SameWindowError(window=code)
    if window.area.centre_id != row.window.area.centre_id:
        raise OtherCentreError(window=code)
    return window
