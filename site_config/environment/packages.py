"""A check that the packages of requirements-scale.txt are installed if an engine needs them."""

from collections.abc import Callable
from importlib.util import find_spec
from types import SimpleNamespace

from django.core.exceptions import ImproperlyConfigured

# {variable: (beginning or beginnings of the values that need packages, packages)}. deploy/bootstrap.py installs them.
NEEDED: dict[str, tuple[str | tuple[str, ...], tuple[str, ...]]] = {
    "DATABASE_URL": ("postgres", ("psycopg", "psycopg_pool")),
    "CACHE_URL": ("redis", ("redis",)),
    "TASKS": ("celery", ("celery", "redis")),
    "PASSWORD_HASHER": ("argon2", ("argon2",)),
    "SENTRY_DSN": ("http", ("sentry_sdk",)),
    "SEARCH_URL": (("opensearch", "elasticsearch"), ("opensearchpy", "elasticsearch")),
    "LIBRARY_STORAGE": ("s3", ("boto3", "storages")),
    "DELIVERY": ("cdn", ("cryptography",)),
}


def require_packages(values: SimpleNamespace, find: Callable[[str], object] = find_spec) -> None:
    """Raise ImproperlyConfigured if the driver of an engine in `values` (of `env.read`) is not installed.

    A caller that needs one engine gives only its variable. `find(name)` returns a true value if the package `name` is
    installed.
    """
    missing = [
        f"{name}={beginning if isinstance(beginning, str) else beginning[0]}…"
        for name, (beginning, packages) in NEEDED.items()
        if getattr(values, name, "").startswith(beginning) and not all(find(package) for package in packages)
    ]
    if missing:
        raise ImproperlyConfigured(
            f"Packages are missing for {' and '.join(missing)}: run .venv/bin/pip install -r requirements-scale.txt "
            "(make run does so by itself)."
        )
