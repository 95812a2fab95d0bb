"""Names of files in the protected storage: pure functions of (file uuid, source version, kind).

Nothing else goes into a name, except a token in that of a source that is sent before its row is locked. So missing
files and orphans are set differences, and no name that a person typed reaches the file system.
"""

import re
import uuid

MAX_EXTENSION_LENGTH = 8
MAX_NAME_LENGTH = 255
"""Of a name in the database."""
PACKAGE = re.compile(r"[0-9a-f]{12}")
"""The name of a package."""
MADE_FILE = re.compile(r"[a-z0-9][a-z0-9-]{0,40}\.(?:m3u8|mp4|vtt|jpg)")
"""The name of a file in a package."""

SOURCE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}/v\d+/source(?:-[0-9a-f]{16})?(?:_[A-Za-z0-9]{7})?(?:\.[a-z0-9]+)?")
"""A name that `source_name` returns, or one that the storage made of it because the name was taken (`_` and 7 more)."""
MADE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}/(?:[0-9a-f]{12}(?:/[^/]+)?|v\d+/poster\.jpg)")
"""The name of a package, of a file in one, or of a poster."""

MASTER_PLAYLIST = "master.m3u8"
UNCHANGING_TEXT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}/[0-9a-f]{12}/(?!master\.m3u8)[a-z0-9-]+\.(?:m3u8|vtt)")
"""A text in a package that never gets other content: all but the list of renditions, to which codecs are added."""
PROGRESSIVE = "film.mp4"
REMUXED = "copy.mp4"
STORYBOARD_MAP = "storyboard.vtt"


def directory(file_uuid: uuid.UUID, version: int) -> str:
    """Return the folder of one version of one source, without a trailing slash."""
    return f"{file_directory(file_uuid)}/v{int(version)}"


def source_name(file_uuid: uuid.UUID, version: int, extension: str, token: str = "") -> str:
    """Return the name of the uploaded source; `extension` may come from a hostile file name.

    `token`, 16 hexadecimal digits, keeps apart sources that are sent at the same time as the same version.
    """
    return f"{directory(file_uuid, version)}/source{token and f'-{token}'}{safe_extension(extension)}"


def is_source(name: str) -> bool:
    """Return whether `name` is that of an uploaded source, of any version."""
    return bool(SOURCE.fullmatch(name))


def is_storable(name: str) -> bool:
    """Return whether the database can hold `name`: a foreign file's may be too long, or bytes that are no UTF-8."""
    return len(name) <= MAX_NAME_LENGTH and name.isprintable()


def is_made(name: str) -> bool:
    """Return whether `name` is that of a package, of a file in one, or of a poster: made from a source."""
    return bool(MADE.fullmatch(name))


def uuid_of(name: str) -> uuid.UUID:
    """Return the uuid in `name`, for which `is_made` or `is_source` is true."""
    return uuid.UUID(name.split("/")[1])


def uuid_of_source(name: str) -> uuid.UUID:
    """Return the uuid in `name`, which `source_name` returned. Raises ValueError for another name."""
    if not is_source(name):
        raise ValueError(f"{name!r} is no name of a source")
    return uuid.UUID(name.split("/")[1])


def poster_name(file_uuid: uuid.UUID, version: int) -> str:
    """Return the name of the poster, a JPEG."""
    return f"{directory(file_uuid, version)}/poster.jpg"


def file_directory(file_uuid: uuid.UUID) -> str:
    """Return the folder of all versions and packages of one source, without a trailing slash."""
    key = file_uuid.hex
    return f"{key[:2]}/{key}"


def package_directory(file_uuid: uuid.UUID, package: str) -> str:
    """Return the folder of a package. Raises ValueError if `package` is no name of a package."""
    if not PACKAGE.fullmatch(package):
        raise ValueError(f"{package!r} is no name of a package")
    return f"{file_directory(file_uuid)}/{package}"


def made_name(file_uuid: uuid.UUID, package: str, filename: str) -> str:
    """Return the name of one file of a package. Raises ValueError for a name that processing does not use."""
    if not MADE_FILE.fullmatch(filename):
        raise ValueError(f"{filename!r} is no name of a file in a package")
    return f"{package_directory(file_uuid, package)}/{filename}"


def playlist_of(rendition_name: str) -> str:
    """Return the file name of a rendition's media playlist; `rendition_name` is as `1080p` or `audio-1`."""
    return f"{rendition_name}.m3u8"


def media_of(rendition_name: str) -> str:
    """Return the file name of a rendition's one media file, whose segments are ranges of bytes."""
    return f"{rendition_name}.mp4"


def frame_image(number: int) -> str:
    """Return the file name of a frame that an editor may choose as the poster; numbers count from 1."""
    return f"frame-{int(number)}.jpg"


def storyboard_sheet(number: int) -> str:
    """Return the file name of one storyboard sprite; numbers count from 1."""
    return f"storyboard-{int(number)}.jpg"


def safe_extension(extension: str) -> str:
    """Return `.ext` in lower case, or "" unless `extension` is a few ASCII letters and digits."""
    bare = extension.lower().lstrip(".")
    return f".{bare}" if re.fullmatch(rf"[a-z0-9]{{1,{MAX_EXTENSION_LENGTH}}}", bare) else ""
