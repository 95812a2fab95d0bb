"""The modes of the site's files: only the site's own user may read them."""

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning

from site_config.security.secret_key import FILE_NAME as SECRET_KEY_FILE

UMASK = 0o077
"""New files have no permissions for the group and for others. deploy/start.py has the same value."""

GROUP_OR_OTHERS, OTHERS = 0o077, 0o007


@register(Tags.security)
def files_are_closed_to_others(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Warn about files that other users can read, for example after a backup was restored."""
    if os.name == "nt":  # Windows has no such modes
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


def watched() -> Iterator[tuple[Path, str, int, str]]:
    """Yield (path, its content, the bits of its mode that must not be set, the argument of chmod)."""
    for database in settings.DATABASES.values():
        if database["ENGINE"].endswith("sqlite3"):
            for ending in ("", "-wal", "-shm"):
                yield Path(f"{database['NAME']}{ending}"), "it holds password hashes", GROUP_OR_OTHERS, "600"
    yield Path(settings.DATA_DIR) / SECRET_KEY_FILE, "it signs cookies", GROUP_OR_OTHERS, "600"
    yield Path(settings.BASE_DIR) / ".env", "it may hold secrets", GROUP_OR_OTHERS, "600"
    # Its group may be that of a web server that sends the videos.
    yield Path(settings.PROTECTED_ROOT), "it holds the videos", OTHERS, "o-rwx"


def mode_of(path: Path) -> int | None:
    """Return the permission bits of `path`, or None if it does not exist."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return None
