"""Routes of the layout editor: drafts, stills, roll-back and what changed between versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from deskcheck_service.dependencies import App, CurrentUser, Reading, Writing
from deskcheck_service.layouts import draft_trial, drafts, proposing, stills, trial
from deskcheck_service.layouts.changes import LayoutChanges, layout_changes_of
from deskcheck_service.layouts.draft_schemas import Bend, DraftOut, DraftPut, DraftSubmit, Revision, StillOut
from deskcheck_service.layouts.draft_trial import DraftTrial, DraftTrialOut
from deskcheck_service.layouts.proposal_schemas import LookOut, ProposalAsk, ProposalOut, TidyPictureOut
from deskcheck_service.layouts.schemas import LayoutOut
from deskcheck_service.layouts.still_lens import LensAsk, LensOut, measure_lens
from deskcheck_service.layouts.still_stickers import StillStickers, read_stickers
from deskcheck_service.layouts.trial import TrialOut
from deskcheck_service.layouts.trial_rows import LAST, MOST
from deskcheck_service.layouts.versions import restore_version
from deskcheck_service.schemas import Code, Identifier, Sha256
from deskcheck_service.uploads import Upload, photo_form, read_upload

router = APIRouter(tags=["layout editor"])


@router.get("/windows/{code}/draft")
def read_draft(code: Code, principal: CurrentUser, session: Reading) -> DraftOut:
    """Read the window's working draft; revision 0 is what a new one starts from."""
    return drafts.read_draft(session, principal, code)


@router.put("/windows/{code}/draft")
def save_draft(code: Code, body: DraftPut, principal: CurrentUser, session: Writing) -> DraftOut:
    """Save the draft over the revision that was read; 409 where somebody saved in the meantime."""
    return drafts.save_draft(session, principal, code, body)


@router.delete("/windows/{code}/draft", status_code=204, response_class=Response)
def discard_draft(
    code: Code, revision: Annotated[Revision, Query()], principal: CurrentUser, session: Writing
) -> Response:
    """Throw the draft away."""
    drafts.discard_draft(session, principal, code, revision)
    return Response(status_code=204)


@router.post("/windows/{code}/draft/submit", status_code=201)
def submit_draft(code: Code, body: DraftSubmit, principal: CurrentUser, services: App) -> LayoutOut:
    """Turn the draft into the window's next layout version, for another person to approve."""
    return drafts.submit_draft(services, principal, code, body.revision)


@router.post("/windows/{code}/draft/trial")
def try_draft(code: Code, body: DraftTrial, principal: CurrentUser, services: App) -> DraftTrialOut:
    """Judge some of the window's last pictures by the draft, beside the version that counts; nothing is stored."""
    return draft_trial.try_draft(services, principal, code, body)


@router.get("/windows/{code}/stills")
def list_stills(code: Code, principal: CurrentUser, session: Reading) -> list[StillOut]:
    """List pictures to draw on: reference pictures and recent captures, people masked."""
    return stills.list_stills(session, principal, code)


@router.post("/windows/{code}/stills", status_code=201, openapi_extra=photo_form())
def add_still(
    code: Code, upload: Annotated[Upload, Depends(read_upload)], principal: CurrentUser, services: App
) -> StillOut:
    """Keep a picture to draw on; people are masked before it is stored."""
    return stills.add_still(services, principal, code, upload)


@router.get("/windows/{code}/draft/pictures")
def list_tidy_pictures(code: Code, principal: CurrentUser, session: Reading) -> list[TidyPictureOut]:
    """List pictures to draft home zones from: recent captures and reference pictures, people masked."""
    return proposing.list_tidy_pictures(session, principal, code)


@router.post("/windows/{code}/draft/looks")
def look_at_pictures(code: Code, body: ProposalAsk, principal: CurrentUser, services: App) -> list[LookOut]:
    """Look at pictures before home zones are drafted from them; asked one by one, a page can show how far it is."""
    return proposing.look_at_pictures(services, principal, code, body)


@router.post("/windows/{code}/draft/proposal")
def propose_zones(code: Code, body: ProposalAsk, principal: CurrentUser, services: App) -> ProposalOut:
    """Draft home zones from 1 to 20 pictures of the tidy window; nothing is stored."""
    return proposing.propose_from_pictures(services, principal, code, body)


@router.get("/windows/{code}/stills/{sha256}/stickers")
def still_stickers(
    code: Code,
    sha256: Sha256,
    principal: CurrentUser,
    services: App,
    bend: Annotated[Bend | None, Query()] = None,
) -> StillStickers:
    """Read a still's position stickers: whose they are, and the corners and size of the desk that they tell."""
    return read_stickers(services, principal, code, sha256, bend)


@router.post("/windows/{code}/stills/{sha256}/lens")
def still_lens(code: Code, sha256: Sha256, body: LensAsk, principal: CurrentUser, services: App) -> LensOut:
    """Measure how the lens bends a still, by the desk's straight sides or its stickers; nothing is stored."""
    return measure_lens(services, principal, code, sha256, body)


@router.post("/layouts/{layout_id}/restore", status_code=201)
def restore_layout(layout_id: Identifier, principal: CurrentUser, session: Writing) -> LayoutOut:
    """Make a new draft version of an old version's content."""
    return restore_version(session, principal, layout_id)


@router.get("/layouts/{layout_id}/changes")
def layout_changes(
    layout_id: Identifier,
    principal: CurrentUser,
    session: Reading,
    against: Annotated[Identifier | None, Query()] = None,
) -> LayoutChanges:
    """Read what a version changes against another one; the one approved before it unless said otherwise."""
    return layout_changes_of(session, principal, layout_id, against)


@router.get("/layouts/{layout_id}/trial")
def try_layout(
    layout_id: Identifier,
    principal: CurrentUser,
    services: App,
    last: Annotated[int, Query(ge=1, le=MOST)] = LAST,
) -> TrialOut:
    """Judge the window's last pictures by a version, beside the version that counts; nothing is stored."""
    return trial.try_layout(services, principal, layout_id, last)
