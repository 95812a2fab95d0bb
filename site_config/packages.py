"""The packages of requirements-scale.txt, asked for by name where an engine needs them and they are not there."""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

# By variable: how its value begins if it needs the packages, and these. deploy/bootstrap.py installs them.
NEEDED = {
    "DATABASE_URL": ("postgres", ("psycopg", "psycopg_pool")),
    "CACHE_URL": ("redis", ("redis",)),
    "PASSWORD_HASHER": ("argon2", ("argon2",)),
}


def require_packages(values, find=find_spec):
    """Raise ImproperlyConfigured if an engine that `values` (of `site_config.env.read`) chooses has no driver here.

    `find(name)` returns something true if the package `name` is installed.
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
