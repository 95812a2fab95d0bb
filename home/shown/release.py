"""A digest of the site's code, templates, texts, static files and settings, from which pages are made."""

import functools
import hashlib
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

FOLDERS = ("home", "video_pages", "site_config", "templates", "locale")
KINDS = {".py", ".html", ".svg", ".mo", ".txt"}
PACKAGES = ("Django", "wagtail")


@functools.cache
def release() -> str:
    """Return the digest, 32 hexadecimal digits; it is computed once for a process."""
    content = hashlib.blake2b(digest_size=16)
    for path in sorted(path for folder in FOLDERS for path in (Path(settings.BASE_DIR) / folder).rglob("*")):
        if path.suffix in KINDS and path.is_file():
            content.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    known = [
        *(metadata.version(name) for name in PACKAGES),
        *sorted(getattr(staticfiles_storage, "hashed_files", {}).items()),
        settings.ENV,
    ]
    content.update(repr(known).encode())
    return content.hexdigest()
