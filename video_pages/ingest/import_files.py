"""Import video files from the server's disks. The originals are copied, never moved or changed."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from video_pages.core.natural_order import natural_key
from video_pages.core.typography import join_sentences
from video_pages.ingest.create import NewVideo, PublishMode, create_video, new_video_file
from video_pages.ingest.inspection import NOT_INSPECTED, read_facts
from video_pages.library import digests
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.transcoding import jobs
from video_pages.transcoding.facts import Facts
from video_pages.transcoding.models import State
from video_pages.uploads import limits, validation
from video_pages.uploads.files import ArrivedFile
from video_pages.uploads.names import title_from_filename

CHECK_EVERY_BYTES = 64 * 1024 * 1024
"""How often the free disk space is measured while a file is copied: other programs may use it too."""

FAULTS_OF_SERVER = frozenset({NOT_INSPECTED, limits.DISK_FULL, limits.LIBRARY_UNAVAILABLE})
"""The codes of files that were not taken and may be fine."""


@dataclass(frozen=True)
class ImportResult:
    """The result for one file. `state` is that of the video; `page` is None where there is none.

    `is_new` means that the page was made now, `is_wrong` that the file could not be imported.
    """

    path: str
    state: str
    reason: str = ""
    page: VideoPage | None = None
    is_new: bool = False
    is_wrong: bool = False


def printable_path(path: str | os.PathLike[str]) -> str:
    """Return `path` as text that can be printed: bytes that are not valid text become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def find_files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    """Yield the files to import as strings, in order: the named files, and the files with a video's name in folders.

    Hidden entries of folders are left out, and links: a link may lead out of the folder, and the target of one that
    does not is found anyway.
    """
    for path in paths:
        if os.path.isdir(path):
            yield from _in_folder(path)
        else:
            yield os.fspath(path)


def _in_folder(folder: str | os.PathLike[str]) -> Iterator[str]:
    in_order = sorted(
        os.scandir(folder), key=lambda entry: (natural_key(printable_path(entry.name)), os.fsencode(entry.name))
    )
    for entry in in_order:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _in_folder(entry.path)
        elif entry.is_file() and Path(entry.name).suffix.lstrip(".").lower() in validation.allowed_extensions():
            yield entry.path


def import_file(
    path: str, *, section: VideoIndexPage, password: str = "", publish: bool = False, name: str = ""
) -> ImportResult:
    """Make a page below `section` of the video at `path` and submit it for processing; return the ImportResult.

    `name` is the file's name for people, if that is not the one in `path`; the title is made from it. With `publish`,
    the page is published at once if browsers play the file as it is, else when it is ready. A file that the library has
    already is skipped, and the result describes its page.
    """
    try:
        called = name or printable_path(os.path.basename(path))
        return _import(path, called, section=section, password=password, publish=publish)
    except ValidationError as error:
        state = State.FAILED if getattr(error, "code", None) in FAULTS_OF_SERVER else State.REFUSED
        return ImportResult(path, state.value, join_sentences(error.messages), is_wrong=True)
    except OSError as error:
        return not_copied(path, error)


def not_copied(path: str, error: OSError) -> ImportResult:
    """Return the ImportResult for a file that could not be read or copied because of `error`."""
    reason = _("The file could not be copied: %(problem)s.") % {"problem": error.strerror or str(error)}
    return ImportResult(path, State.FAILED.value, reason, is_wrong=True)


def _import(path: str, name: str, *, section: VideoIndexPage, password: str, publish: bool) -> ImportResult:
    validation.validate_name(name)
    if not os.path.isfile(path):  # opening a pipe would block
        raise ValidationError(_("This is no file."), code="no_file")

    def new_video(video: Facts | VideoFile) -> NewVideo:
        """Return the page to make; `video` is the probe's facts, or a row that holds them."""
        mode = PublishMode.AS_DRAFT
        if publish:
            mode = PublishMode.NOW if video.plays_in_browsers else PublishMode.WHEN_READY
        return NewVideo(section=section, title=title_from_filename(name), password=password, publish=mode)

    with open(path, "rb") as original:
        size = os.fstat(original.fileno()).st_size
        validation.validate_size(size)
        # The digest is computed before the copy: a repeated import meets its own files again.
        if digests.video_files_of_size(size).exists():
            known = digests.find_by_digest(digests.sha256_of(original), size)
            if known is not None and known.awaits_page_until is None:
                return _known(path, known)
            if known is not None:
                # An editor uploaded it and made no page yet: without a page it is removed after a day.
                page = create_video(new_video(known), known)
                job = jobs.job_of(known)
                return ImportResult(path, job.state if job else State.QUEUED.value, page=page, is_new=True)
            original.seek(0)
        with _copied(original, name) as (copy, digest):
            # The original may have changed meanwhile: the copy counts.
            validation.validate_upload(copy)
            facts = read_facts(copy)
            page = create_video(new_video(facts), new_video_file(copy, facts, sha256=digest))
    return ImportResult(path, State.QUEUED.value, page=page, is_new=True)


@contextmanager
def _copied(original: BinaryIO, name: str) -> Iterator[tuple[ArrivedFile, str]]:
    """Yield a copy of the open file `original` in the library's temporary directory, and its SHA-256.

    The file is copied and not linked, because its owner may still write to it. Raises ValidationError when the copy
    exceeds a limit for uploads. The copy is removed afterwards, unless the library has moved it.
    """
    os.makedirs(settings.FILE_UPLOAD_TEMP_DIR, mode=0o750, exist_ok=True)
    limit = limits.video_limit()
    digest, size, until_check = hashlib.sha256(), 0, CHECK_EVERY_BYTES
    with ArrivedFile(name) as copy:
        for piece in digests.read_blocks(original):
            size += len(piece)
            until_check -= len(piece)
            if until_check <= 0:
                limit, until_check = limits.strictest(limit, _disk_limit_from(size)), CHECK_EVERY_BYTES
            if size > limit.max_bytes:
                raise ValidationError(limits.describe(limit), code=limit.code)
            digest.update(piece)
            copy.write(piece)
        copy.flush()
        copy.seek(0)
        copy.size = size
        yield copy, digest.hexdigest()


def _disk_limit_from(size: int) -> limits.Limit:
    """Return the limit that the disk now sets for a file of which `size` bytes are copied already."""
    limit = limits.disk_limit()
    return limits.Limit(size + limit.max_bytes, limit.code)


def _known(path: str, video_file: VideoFile) -> ImportResult:
    """Return the ImportResult for a file that is in the library as `video_file`."""
    page = VideoPage.objects.filter(video_file=video_file, alias_of=None).order_by("pk").first()
    job = jobs.job_of(video_file)
    if page is None:
        reason = _("It is in the library already, as “%(title)s”, which no page shows.") % {"title": video_file.title}
    else:
        reason = _("It is in the library already: skipped.")
        if job and job.is_finished and job.reason:
            reason = f"{reason} {job.reason}"
    return ImportResult(path, job.state if job else State.QUEUED.value, reason, page=page)
