"""Names of files in the protected storage: a pure function of (file uuid, source version, kind).

Because nothing else goes into a name, "what is missing" and "what is left over" are set differences, and no
name that a person typed ever reaches the file system.
"""

import re

MAX_EXTENSION_LENGTH = 8
PACKAGE = re.compile(r"[0-9a-f]{12}")
"""What a package is called: nothing else under a video's address is looked for as one."""
MADE_FILE = re.compile(r"[a-z0-9][a-z0-9-]{0,40}\.(?:m3u8|mp4|vtt|jpg)")
"""What the files of a package are called."""

SOURCE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}/v\d+/source(?:\.[a-z0-9]+)?")
"""What `source_name` gives."""

MASTER_PLAYLIST = "master.m3u8"
PROGRESSIVE = "film.mp4"
REMUXED = "copy.mp4"
STORYBOARD_MAP = "storyboard.vtt"


def directory(file_uuid, version):
    """Return the folder of everything that belongs to one version of one source, without a trailing slash."""
    key = file_uuid.hex
    return f"{key[:2]}/{key}/v{int(version)}"


def source_name(file_uuid, version, extension):
    """Return the name of the uploaded source; `extension` may come from a hostile file name."""
    return f"{directory(file_uuid, version)}/source{safe_extension(extension)}"


def is_source(name):
    """True if `name` is that of an uploaded source, of whatever version."""
    return bool(SOURCE.fullmatch(name))


def poster_name(file_uuid, version):
    """Return the name of the poster, a JPEG."""
    return f"{directory(file_uuid, version)}/poster.jpg"


def package_directory(file_uuid, package):
    """Return the folder of everything that one processing made; `package` is checked: raises ValueError."""
    if not PACKAGE.fullmatch(package):
        raise ValueError(f"{package!r} is no name of a package")
    key = file_uuid.hex
    return f"{key[:2]}/{key}/{package}"


def made_name(file_uuid, package, filename):
    """Return the name of one file of a package. Raises ValueError for names that no processing gives."""
    if not MADE_FILE.fullmatch(filename):
        raise ValueError(f"{filename!r} is no name of a file in a package")
    return f"{package_directory(file_uuid, package)}/{filename}"


def playlist_of(rendition_name):
    """Return the file name of a rendition's media playlist; the rendition is called as `1080p` or `audio-1`."""
    return f"{rendition_name}.m3u8"


def media_of(rendition_name):
    """Return the file name of a rendition's one media file, whose segments are ranges of bytes."""
    return f"{rendition_name}.mp4"


def frame_image(number):
    """Return the file name of a frame that an editor may choose as the poster; numbers count from 1."""
    return f"frame-{int(number)}.jpg"


def storyboard_sheet(number):
    """Return the file name of one storyboard sprite; numbers count from 1."""
    return f"storyboard-{int(number)}.jpg"


def safe_extension(extension):
    """Return `.ext` in lower case, or "" if `extension` holds anything but a few ASCII letters and digits."""
    bare = extension.lower().lstrip(".")
    return f".{bare}" if re.fullmatch(rf"[a-z0-9]{{1,{MAX_EXTENSION_LENGTH}}}", bare) else ""
