"""Who on this machine may read the site's files: its own user alone."""

import os
import shlex
from pathlib import Path

from django.conf import settings
from django.core.checks import Tags, register
from django.core.checks import Warning as CheckWarning

from site_config.security.secret_key import FILE_NAME as SECRET_KEY_FILE

UMASK = 0o077
"""No rights for the group and for others on new files. deploy/start.py says the same."""

GROUP_OR_OTHERS, OTHERS = 0o077, 0o007


@register(Tags.security)
def files_are_closed_to_others(app_configs, **kwargs):
    """Warn about files that were made before the site closed them, or were opened by hand or by a restored backup."""
    if os.name == "nt":  # modes say nothing there
        return []
    return [
        CheckWarning(
            f"{path} can be read by other users of this machine (mode {mode:04o}): {meaning}.",
            hint=f"chmod {change} {shlex.quote(str(path))}",
            id="video_pages.W012",
        )
        for path, meaning, loose, change in watched()
        if (mode := mode_of(path)) is not None and mode & loose
    ]


def watched():
    """Yield (path, what it holds, the bits of its mode that are too many, what chmod takes away)."""
    for database in settings.DATABASES.values():
        if database["ENGINE"].endswith("sqlite3"):
            for ending in ("", "-wal", "-shm"):
                yield Path(f"{database['NAME']}{ending}"), "it holds password hashes", GROUP_OR_OTHERS, "600"
    yield Path(settings.DATA_DIR) / SECRET_KEY_FILE, "it signs cookies", GROUP_OR_OTHERS, "600"
    yield Path(settings.BASE_DIR) / ".env", "it may hold secrets", GROUP_OR_OTHERS, "600"
    # Its group may be that of a web server that hands the videos out.
    yield Path(settings.PROTECTED_ROOT), "it holds the videos", OTHERS, "o-rwx"


def mode_of(path):
    """The permission bits of `path`, or None if there is nothing."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return None
