"""Names of files in the protected storage: a pure function of (file uuid, source version, kind).

Because nothing else goes into a name, "what is missing" and "what is left over" are set differences, and no
name that a person typed ever reaches the file system.
"""

import re

MAX_EXTENSION_LENGTH = 8


def directory(file_uuid, version):
    """Return the folder of everything that belongs to one version of one source, without a trailing slash."""
    key = file_uuid.hex
    return f"{key[:2]}/{key}/v{int(version)}"


def source_name(file_uuid, version, extension):
    """Return the name of the uploaded source; `extension` may come from a hostile file name."""
    return f"{directory(file_uuid, version)}/source{safe_extension(extension)}"


def poster_name(file_uuid, version):
    """Return the name of the poster, a JPEG."""
    return f"{directory(file_uuid, version)}/poster.jpg"


def safe_extension(extension):
    """Return `.ext` in lower case, or "" if `extension` holds anything but a few ASCII letters and digits."""
    bare = extension.lower().lstrip(".")
    return f".{bare}" if re.fullmatch(rf"[a-z0-9]{{1,{MAX_EXTENSION_LENGTH}}}", bare) else ""
