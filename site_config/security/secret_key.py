"""The secret key: requirements on a given key, and a generated one for a machine without."""

import os
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

FILE_NAME = ".secret-key"
LEAST_LENGTH, LEAST_DIFFERENT = 32, 10
"""128 random bits in hexadecimal have 32 characters, and practically always ten different ones or more."""


def require_strong(key: str, name: str = "SECRET_KEY") -> str:
    """Return `key`, the value of the variable `name`, or raise ImproperlyConfigured if it can be guessed.

    The key signs cookies and reset links. The message does not contain the key.
    """
    if len(key) < LEAST_LENGTH or len(set(key)) < LEAST_DIFFERENT:
        raise ImproperlyConfigured(
            f"{name} can be guessed: it must have {LEAST_LENGTH} random characters or more. Make one with "
            'python -c "import secrets; print(secrets.token_urlsafe(60))".'
        )
    return key


def kept_secret_key(data_dir: Path) -> str:
    """Return the key in `data_dir`; generate it and its file (mode 0600) if there is none.

    Several processes may start at once: only one of them can create the file, and the others read its key. Raises
    OSError if the directory can't be written.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / FILE_NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        for _ in range(50):
            if key := path.read_text(encoding="ascii").strip():
                return key
            time.sleep(0.02)
        raise OSError(f"{path} is empty: delete it and start again.") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = get_random_secret_key()
        file.write(key)
    return key
