"""The variables of the site's processes: production settings, PostgreSQL, Redis, nginx in front."""

import os
from collections.abc import Mapping
from pathlib import Path

from deploy.scale import postgresql, redis, s3
from deploy.scale.places import LOOPBACK, Places, Ports
from deploy.scale.secrets import kept_secret
from site_config.environment.variables import VARIABLES


def site_variables(variables: Mapping[str, str], places: Places, ports: Ports) -> dict[str, str]:
    """Return {name: text} of the site's variables: those that the set-up decides, and the others of `variables`."""
    site = f"https://{LOOPBACK}:{ports.https}"
    chosen = {
        "DATA_DIR": str(places.data_dir),
        "SECRET_KEY": variables.get("SECRET_KEY") or kept_secret(places.own / "secret-key"),
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "BASE_URL": site,
        "TRUSTED_PROXIES": "1",
        "SECURE_PROXY": "1",
        # A browser would remember it for every port of localhost.
        "HSTS_SECONDS": "0",
        "HSTS_SUBDOMAINS": "0",
        "DATABASE_URL": postgresql.url(postgresql.password_of(places), ports.postgresql),
        "CACHE_URL": redis.url(redis.password_of(places), ports.redis),
        "TASKS": "celery",
        "CELERY_BROKER_URL": redis.url(redis.password_of(places), ports.redis, database=1),
        "SESSION_ENGINE": "cached_db",
        "DELIVERY": variables.get("DELIVERY") or "nginx",
        "GATE_SECRET": kept_secret(places.own / "gate-secret"),
        "LISTEN_ADDRESS": LOOPBACK,
        # Two processes on the two servers would be four: enough for a trial is one each.
        "WEB_WORKERS": variables.get("WEB_WORKERS") or "1",
        "WEB_THREADS": variables.get("WEB_THREADS") or "64",
    }
    names = {variable.name for variable in VARIABLES} - {"PORT"}
    kept = {name: text for name, text in variables.items() if name in names}
    bucket = s3.site_variables(places, ports) if s3.is_wanted(variables) else {}
    return {**kept, **chosen, **bucket}


def process_environment(site: Mapping[str, str], port: int | None = None) -> dict[str, str]:
    """Return the environment of a process with the variables `site`; `port` is that of a web server."""
    own = {name: text for name, text in os.environ.items() if name not in ("PORT", "ENV_FILE")}
    more = {"PORT": str(port)} if port else {}
    return {**own, **site, **more, "ENV_FILE": "-", "DJANGO_SETTINGS_MODULE": "site_config.settings.production"}


def write_file(site: Mapping[str, str], path: Path) -> None:
    """Write the variables as lines for ENV_FILE, readable by their owner. Raises OSError."""
    lines = [f"{name}={text}" for name, text in sorted(site.items()) if name != "ADMIN_PASSWORD"]
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))
