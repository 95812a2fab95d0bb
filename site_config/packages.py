"""A check that the packages of requirements-scale.txt are installed if an engine needs them."""

from collections.abc import Callable
from importlib.util import find_spec
from types import SimpleNamespace

from django.core.exceptions import ImproperlyConfigured

# {variable: (beginning of the values that need packages, packages)}. deploy/bootstrap.py installs them.
NEEDED = {
    "DATABASE_URL": ("postgres", ("psycopg", "psycopg_pool")),
    "CACHE_URL": ("redis", ("redis",)),
    "PASSWORD_HASHER": ("argon2", ("argon2",)),
}


def require_packages(values: SimpleNamespace, find: Callable[[str], object] = find_spec) -> None:
    """Raise ImproperlyConfigured if the driver of an engine in `values` (of `site_config.env.read`) is not installed.

    `find(name)` returns a true value if the package `name` is installed.
    """
    missing = [
        f"{name}={beginning}…"
        for name, (beginning, packages) in NEEDED.items()
        if getattr(values, name).startswith(beginning) and not all(find(package) for package in packages)
    ]
    if missing:
        raise ImproperlyConfigured(
            f"Packages are missing for {' and '.join(missing)}: run .venv/bin/pip install -r requirements-scale.txt "
            "(make run does so by itself)."
        )
