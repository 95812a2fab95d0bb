"""Check that the library belongs to the database: a file in the library and a row of the database hold the same id.

A missing mount looks like an empty library, and a wrong mount like one whose files have all changed: a worker would
fail every job, write every new file to the wrong disk and report the rest as orphans. So a worker that starts writes
the id once (`establish`), and code that processes, stores or removes files checks `state` first.
"""

import enum
import io
import logging
import uuid

from django.db import DatabaseError, transaction

from video_pages.library import local_files
from video_pages.library.models import LibraryIdentity, VideoFile
from video_pages.library.storage import LibraryStorage, StorageAway, protected_storage, storage_of

# Without a leading dot, so that `cp -r library/* …` copies it.
NAME = "library-identity"
EXPLANATION = "It tells Screening Room that the files beside it belong to its database. Keep and copy it with them."
READ_BYTES = 1024

logger = logging.getLogger(__name__)


class LibraryState(enum.Enum):
    """The state of the library by its identity file.

    `NEW`: nothing has been established yet. `AWAY`: its bucket can't be used or its directory can't be read now, so
    nothing is known.
    """

    OURS = "ours"
    NEW = "new"
    MISSING = "missing"
    FOREIGN = "foreign"
    AWAY = "away"

    @property
    def is_usable(self) -> bool:
        return self in (LibraryState.OURS, LibraryState.NEW)


class _Unreadable:
    """The reason why the library cannot be read, as this process knows: told once, and not every second."""

    problem = ""

    def note(self, error: OSError) -> None:
        """Log `error` unless it is the one before; a bucket logs its own outage."""
        is_known = isinstance(error, StorageAway) or str(error) == self.problem
        self.problem = str(error)
        tell = logger.debug if is_known else logger.error
        tell("The library can't be used: %s", error)

    def reset(self) -> None:
        self.problem = ""


_unreadable = _Unreadable()


def state() -> LibraryState:
    """Return the LibraryState; one query. A library that can't be read raises nothing: it is AWAY."""
    known = _known()
    try:
        found = _read()
    except OSError as error:  # StorageAway is one
        _unreadable.note(error)
        return LibraryState.AWAY
    _unreadable.reset()
    if known is None:
        return LibraryState.NEW if found is None else LibraryState.FOREIGN
    if found is None:
        return LibraryState.MISSING
    return LibraryState.OURS if found == known else LibraryState.FOREIGN


def describe(library_state: LibraryState) -> str:
    """Return a sentence for operators: what is wrong and what to do."""
    place = protected_storage().place
    if library_state == LibraryState.MISSING:
        is_remote = protected_storage().is_remote
        cause = "it is another bucket, or a copy that is not whole" if is_remote else "its disk is probably not mounted"
        remedy = "Look at S3_BUCKET and S3_PREFIX" if is_remote else "Mount it"
        return (
            f"The library at {place} has no file {NAME!r}: {cause}. {remedy}; or, if the files are gone for good, run: "
            "manage.py check_library --adopt"
        )
    if library_state == LibraryState.FOREIGN:
        return (
            f"The library at {place} belongs to another database. Look at DATA_DIR and DATABASE_URL; if both are "
            "right, as after a restore, run: manage.py check_library --adopt"
        )
    if library_state == LibraryState.AWAY:
        if protected_storage().is_remote:
            return f"The library at {place} can't be used at the moment: run manage.py check_storage to see why."
        reason = f" ({_unreadable.problem})" if _unreadable.problem else ""
        return (
            f"The library at {place} can't be read at the moment{reason}. Look at its disk or network share, and at "
            "the rights of its folders; all goes on by itself when it can be read."
        )
    return f"The library at {place} is in order."


def establish() -> LibraryState:
    """Give a new library and its database the same id; return the LibraryState afterwards.

    Nothing is written if one of the two has an id already, with two exceptions: a library without an id while the
    database names no files, and a library that holds the sources which this database names. A library that can be read
    and not written is AWAY, too, and then neither has got an id.
    """
    present = state()
    if present == LibraryState.AWAY:
        return present
    try:
        _establish()
    except OSError as error:
        logger.warning("The library could not be given its id. %s", error)
        return LibraryState.AWAY
    return state()


def _establish() -> None:
    """Write the id where it is missing. The file is written first, and no transaction waits for a bucket."""
    known, found = _known(), _read()
    if known is None and (found is None or _holds_our_sources()):
        own = found or uuid.uuid4()
        if found is None:
            _write_file(own)
        try:
            _write_row(own)
        except DatabaseError:
            if found is None:
                _take_back(own)
            raise
        if (first := _known()) and first != own:  # another worker has written the row meanwhile
            _write_file(first)
    elif known is not None and found is None and not VideoFile.objects.exists():
        _write_file(known)


def _take_back(own: uuid.UUID) -> None:
    """Remove the file that this process has written, so that the library stays a new one and not a foreign one."""
    try:
        if _read() == own:  # another worker may have written its own meanwhile
            protected_storage().remove_now(NAME)
    except OSError as error:
        logger.error("The library could not be made a new one again: run manage.py check_library --adopt. %s", error)


def adopt() -> None:
    """Make this library the database's own, whichever ids the two had before. Raises OSError."""
    identity = _read() or uuid.uuid4()
    _write_file(identity)
    with transaction.atomic():
        LibraryIdentity.objects.all().delete()
        _write_row(identity)


def _known() -> uuid.UUID | None:
    """Return the id in the database."""
    return LibraryIdentity.objects.values_list("identity", flat=True).first()


def _holds_our_sources() -> bool:
    names = VideoFile.objects.exclude(file="").order_by("-pk").values_list("file", flat=True)[:20]
    return any(protected_storage().exists(name) for name in names)


def _write_row(identity: uuid.UUID) -> None:
    # Several workers may start at the same time: the first row stays.
    LibraryIdentity.objects.bulk_create([LibraryIdentity(pk=1, identity=identity)], ignore_conflicts=True)


def is_foreign(kind: str) -> bool:
    """Return whether the storage `kind` (a value of LIBRARY_STORAGE) belongs to another database. Raises OSError."""
    found = _read(storage_of(kind))
    return found is not None and found != _known()


def _read(storage: LibraryStorage | None = None) -> uuid.UUID | None:
    try:
        with (storage or protected_storage()).open(NAME) as file:
            return uuid.UUID(file.read(READ_BYTES).partition(b"\n")[0].decode("ascii", "replace").strip())
    except FileNotFoundError:
        return None
    except ValueError:
        place = protected_storage().place
        logger.warning("%s/%s does not begin with an id; the library counts as a foreign one.", place, NAME)
        return uuid.UUID(int=0)


def _write_file(identity: uuid.UUID) -> None:
    """Write the file whole or not at all, so that no other process reads a part of it."""
    text = f"{identity}\n{EXPLANATION}\n"
    # Several workers may write it at the same time.
    local_files.write(NAME, io.BytesIO(text.encode("ascii")), unfinished=f".{uuid.uuid4().hex}")
