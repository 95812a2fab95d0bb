"""Bringing in files from this machine's disks: which, and what becomes of each. Nothing is moved or changed there."""

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from video_pages.core.natural_order import natural_key
from video_pages.ingest.create import create_video
from video_pages.ingest.forms import read_facts
from video_pages.library import digests
from video_pages.pages.models import VideoPage
from video_pages.transcoding.models import State
from video_pages.uploads import limits, validation
from video_pages.uploads.files import ArrivedFile
from video_pages.uploads.names import title_from_filename

LOOK_EVERY_BYTES = 64 * 1024 * 1024
"""How often the disk is looked at again while a file is copied: others may be filling it, too."""


@dataclass(frozen=True)
class ImportResult:
    """What became of one file. `state` is that of the video; `page` is None where there is none.

    `is_new` says that the page was made now, `is_wrong` that the file could not be brought in.
    """

    path: str
    state: str
    reason: str = ""
    page: VideoPage | None = None
    is_new: bool = False
    is_wrong: bool = False


def shown(path):
    """Return `path` as it can be printed: a name that is no valid text gets signs in place of what can't be read."""
    return os.fsencode(path).decode("utf-8", "replace")


def candidates(paths):
    """Yield the files to bring in, as strings, in order: what is named, and what folders hold that looks like a video.

    In folders hidden entries are left out, and links: they may lead out of the folder, and what they lead to
    inside is found anyway.
    """
    for path in paths:
        if os.path.isdir(path):
            yield from _in_folder(path)
        else:
            yield os.fspath(path)


def _in_folder(folder):
    in_order = sorted(os.scandir(folder), key=lambda entry: (natural_key(shown(entry.name)), os.fsencode(entry.name)))
    for entry in in_order:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _in_folder(entry.path)
        elif entry.is_file() and Path(entry.name).suffix.lstrip(".").lower() in validation.allowed_extensions():
            yield entry.path


def import_file(path, *, section, password="", publish=False):
    """Make a page below `section` of the video at `path` and have it processed; return the Outcome.

    `publish`: at once if the file plays as it is, else when it is ready. A file that the library holds already is
    skipped, and the Outcome is about its page.
    """
    try:
        return _import(path, section=section, password=password, publish=publish)
    except ValidationError as error:
        return ImportResult(path, State.REFUSED.value, " ".join(error.messages), is_wrong=True)
    except OSError as error:
        reason = _("The file could not be copied: %(problem)s.") % {"problem": error.strerror or str(error)}
        return ImportResult(path, State.FAILED.value, reason, is_wrong=True)


def _import(path, *, section, password, publish):
    name = shown(os.path.basename(path))
    validation.validate_name(name)
    if not os.path.isfile(path):  # a pipe would keep whoever opens it waiting
        raise ValidationError(_("This is no file."), code="no_file")

    def page_options(film):
        """`film`: the probe's facts, or a row that holds them."""
        plays = film.plays_in_browsers
        return {
            "section": section,
            "title": title_from_filename(name),
            "password": password,
            "publish": publish and plays,
            "publish_when_ready": publish and not plays,
        }

    with open(path, "rb") as original:
        size = os.fstat(original.fileno()).st_size
        validation.validate_size(size)
        # Read once more rather than copied in vain: an import that is taken up meets its own files again.
        if digests.video_files_of_size(size).exists():
            known = digests.find_by_digest(digests.sha256_of(original), size)
            if known is not None and known.awaits_page_until is None:
                return _known(path, known)
            if known is not None:
                # An editor uploaded it and made no page: left alone, it would be gone in a day.
                page = create_video(video_file=known, **page_options(known))
                job = getattr(known, "job", None)
                return ImportResult(path, job.state if job else State.QUEUED.value, page=page, is_new=True)
            original.seek(0)
        with _copied(original, name) as (copy, digest):
            # The original may have changed in between; what was copied counts.
            validation.validate_upload(copy)
            facts = read_facts(copy)
            page = create_video(upload=copy, facts=facts, sha256=digest, **page_options(facts))
    return ImportResult(path, State.QUEUED.value, page=page, is_new=True)


@contextmanager
def _copied(original, name):
    """Give the open file `original` as an ArrivedFile in the library's temporary directory, and its SHA-256.

    Copied in pieces and not linked: whoever owns the original may go on writing to it. Raises ValidationError
    when the limits for uploads are met on the way. The copy is gone afterwards, unless the library took it.
    """
    os.makedirs(settings.FILE_UPLOAD_TEMP_DIR, mode=0o750, exist_ok=True)
    limit = limits.video_limit()
    digest, size, until_look = hashlib.sha256(), 0, LOOK_EVERY_BYTES
    with ArrivedFile(name) as copy:
        for piece in digests.read_blocks(original):
            size += len(piece)
            until_look -= len(piece)
            if until_look <= 0:
                limit, until_look = limits.strictest(limit, _disk_from(size)), LOOK_EVERY_BYTES
            if size > limit.max_bytes:
                raise ValidationError(limits.describe(limit), code=limit.code)
            digest.update(piece)
            copy.write(piece)
        copy.flush()
        copy.seek(0)
        copy.size = size
        yield copy, digest.hexdigest()


def _disk_from(size):
    """Return what the disk now allows a file of which `size` bytes are copied to grow to."""
    limit = limits.disk_limit()
    return limits.Limit(size + limit.max_bytes, limit.code)


def _known(path, video_file):
    """Return the Outcome for a file that is in the library as `video_file`."""
    page = VideoPage.objects.filter(video_file=video_file, alias_of=None).order_by("pk").first()
    job = getattr(video_file, "job", None)
    if page is None:
        reason = _("It is in the library already, as “%(title)s”, which no page shows.") % {"title": video_file.title}
    else:
        reason = _("It is in the library already: skipped.")
        if job and job.is_finished and job.reason:
            reason = f"{reason} {job.reason}"
    return ImportResult(path, job.state if job else State.QUEUED.value, reason, page=page)
