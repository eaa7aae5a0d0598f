"""Errors of the service; ``error_responses`` says which HTTP status each one gets.

The tree::

    DeskcheckError
    `-- ServiceError
        |-- NotLoggedInError        nobody is logged in, or the log-in has ended
        |-- LogInError              name or password is wrong
        |-- LogInHeldError          too many wrong passwords of late
        |-- CsrfError               the page's token is missing or old
        |-- ForbiddenError          the person's roles do not allow it
        |-- NotFoundError           there is no such thing (or it is not theirs to see)
        |-- ExistsError             there is one of that name already
        |-- RequestError            the request itself cannot be read
        |   |-- TooLargeError
        |   |-- CursorError
        |   |-- OtherWindowError    the stickers in the photo are another window's
        |   |-- ViewUnfitError      the photo cannot be of the chosen view
        |   |-- ScheduleUnfitError  a schedule contradicts itself; in ``audits``
        |   `-- CalendarTextError   a line of a holiday list cannot be read; in ``audits``
        |-- NoLayoutError           the window has no approved layout
        |-- LayoutStateError        the layout version is not in a state that allows this
        |-- LayoutWindowError       the layout file is for another window
        |-- LayoutVersionError      that version number is taken
        |-- OwnLayoutError          author and approver are the same person
        |-- DraftConflictError      somebody saved the draft since it was read
        |-- DraftGoneError          the draft was submitted or discarded since it was read
        |-- DraftShapeError         what was sent is no draft at all
        |-- ProposalError           (in ``layouts``) nothing can be drafted from these pictures
        |   |-- ProposalPicturesError   none, or too many
        |   `-- ProposalDeskError       in none of them is it known where the desk lies
        |-- LikeWindowsError        desks and layouts that do not go together; in ``errors.desk_types``
        |   |-- DeskTypeUsedError       windows have the desk type that is to be deleted
        |   |-- DeskTypeResizeError     windows have the desk type whose size would change
        |   |-- DeskTypeCentreError     the desk type is another centre's
        |   |-- DeskSizeDiffersError    a layout is drawn for a desk of another size
        |   |-- DeskSizeUnknownError    nothing says how large the window's desk is
        |   |-- OtherCentreError        a layout would be copied into another centre
        |   |-- SameWindowError         a layout would be copied to the window it is of
        |   `-- LayoutMovedOnError      another version counts since the changes were shown
        |-- CameraBareError         no view with a reference picture is linked to it; all of cameras in ``cameras``
        |-- CameraInUseError        a camera with a history cannot be removed
        |-- CameraActiveError       only a suspended camera is made active again
        |-- CameraPictureError      the picture cannot be of that camera
        |-- ViewBareError           a view without a reference picture cannot be a camera's
        |-- ViewTakenError          the view is another camera's
        |-- SourceUnsetError        nothing says where a camera's frames come from; these in ``errors.sources``
        |-- ViewOffError            no view of the camera may be audited
        |-- PermitOwnError          who set a camera's source may not approve its views as well
        |-- PermitExistsError       the view is permitted already
        |-- PermitAbsentError       the view has no permit
        |-- SecretError             a stored secret cannot be used; in ``errors.secrets``
        |   |-- SecretKeysError         the keys cannot be read or made
        |   `-- SecretUnreadableError   it was encrypted with a key that is gone
        |-- RoundRunningError       one that somebody started still runs; in ``audits``, as the next two
        |-- NothingOwedError        no view can be audited
        |-- ScheduleConflictError   somebody changed the schedule since it was read
        |-- TargetUrlError          an outside system's address cannot be used; all of outside systems in ``outbox``
        |-- TargetAddressError      an outside system is at no allowed address
        |-- ReplayError             what is to be sent again was not said
        |-- EventIdError            a message's name cannot be read
        |-- AlreadySettledError     a round does not owe the view any more; in ``workers``, as the next three
        |-- CamerasBusyError        no room for another camera's frames
        |-- QueueAbsentError        the database has no queue for workers yet
        |-- QueueNeedsPostgresqlError  workers on several machines need such a database
        |-- FiguresClosedError      the figures for Prometheus are not for everybody; in ``watching``, as the next three
        |-- CheckSlowError          something that is needed does not answer in time
        |-- CheckFailedError        something that is needed failed in a way that nobody foresaw
        |-- EvidenceUnwritableError  the evidence store cannot be written
        |-- ReviewConflictError     somebody else decided first
        |-- NotReviewableError      the finding is neither suspected nor inconclusive
        |-- UndoError               there is no own recent decision to take back
        |-- LastAdministratorError  nobody would be left to administer
        |-- BusyError               too many photos at once
        |-- EvidenceMissingError    an evidence file is gone
        |-- StorageFullError        the disk is full
        `-- DatabaseError           the database failed
            |-- DatabaseLockedError
            |-- DatabaseAbsentError
            `-- DatabaseOutdatedError
"""

from deskcheck_service.errors.accounts import (
    CsrfError,
    ForbiddenError,
    LastAdministratorError,
    LogInError,
    LogInHeldError,
    NotLoggedInError,
)
from deskcheck_service.errors.base import ServiceError
from deskcheck_service.errors.layouts import (
    DraftConflictError,
    DraftGoneError,
    DraftShapeError,
    LayoutStateError,
    LayoutVersionError,
    LayoutWindowError,
    NoLayoutError,
    OwnLayoutError,
)
from deskcheck_service.errors.requests import (
    CursorError,
    ExistsError,
    NotFoundError,
    OtherWindowError,
    RequestError,
    TooLargeError,
    ViewUnfitError,
)
from deskcheck_service.errors.reviews import NotReviewableError, ReviewConflictError, UndoError
from deskcheck_service.errors.storage import (
    BusyError,
    DatabaseAbsentError,
    DatabaseError,
    DatabaseLockedError,
    DatabaseOutdatedError,
    EvidenceMissingError,
    StorageFullError,
)

__all__ = [
    "BusyError",
    "CsrfError",
    "CursorError",
    "DatabaseAbsentError",
    "DatabaseError",
    "DatabaseLockedError",
    "DatabaseOutdatedError",
    "DraftConflictError",
    "DraftGoneError",
    "DraftShapeError",
    "EvidenceMissingError",
    "ExistsError",
    "ForbiddenError",
    "LastAdministratorError",
    "LayoutStateError",
    "LayoutVersionError",
    "LayoutWindowError",
    "LogInError",
    "LogInHeldError",
    "NoLayoutError",
    "NotFoundError",
    "NotLoggedInError",
    "NotReviewableError",
    "OtherWindowError",
    "OwnLayoutError",
    "RequestError",
    "ReviewConflictError",
    "ServiceError",
    "StorageFullError",
    "TooLargeError",
    "UndoError",
    "ViewUnfitError",
]
