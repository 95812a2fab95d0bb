"""The engines of the site: pure functions from values of the environment to Django's settings.

The defaults are for one machine: SQLite, files, a local worker. One variable selects each engine. These functions do
not read the environment, use a disk or open a connection, so tests pass plain values.
"""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

# In WAL mode, readers continue while one process writes. IMMEDIATE takes the write lock when a transaction begins, not
# in its middle, where SQLite cannot wait for it. With the defaults, 2000 of 2639 transactions failed in a trial.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}

# A request waits this long for a connection of the pool; then the response is 503. After an outage, the pool must not
# pause longer than this between two attempts (psycopg's default is up to five minutes).
POOL_SECONDS = 10
POOL_RECONNECT_SECONDS = 5
REPLICA = "replica"
REPLICA_SECONDS = 2
POSTGRESQL_OPTIONS = {
    "connect_timeout": 5,
    # A lost server or network is detected within half a minute, not after the kernel's two hours.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

# Both names with a cache mean the same engine: sessions that are stored in a cache alone would be lost with it.
SESSION_ENGINES = {
    "db": "django.contrib.sessions.backends.db",
    "cached_db": "site_config.sessions",
    "cache": "site_config.sessions",
}

PLAIN_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
MANIFEST_STORAGE = "site_config.static.ManifestStorage"

PBKDF2 = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"

SEARCH_ENGINES = ("opensearch", "elasticsearch")
SEARCH_SECONDS = 3  # after which the database answers in place of the cluster

FILE_CACHE = "site_config.caches.files.FileCache"

DATABASE_ENGINES = {
    "sqlite": "site_config.sqlite3",
    "postgres": "site_config.postgresql",
    "postgresql": "site_config.postgresql",
}

CACHE_SCHEMES = ("redis", "rediss", "dbcache", "filecache", "locmemcache", "pymemcache")
# The site's own backends, in which an error is a miss.
TOLERANT_CACHES = {
    "redis": "site_config.caches.redis.RedisCache",
    "rediss": "site_config.caches.redis.RedisCache",
    "filecache": FILE_CACHE,
}


def databases(url: str, data_dir: Path, pool: int = 20, *, replica_url: str = "") -> dict[str, dict[str, Any]]:
    """Return DATABASES for `url`, or for an SQLite file in `data_dir` (Path) if it is empty.

    `pool` is the highest number of connections to PostgreSQL in each process; further threads wait for one.
    `replica_url` names a read-only replica (`video_pages.core.replica`), "" if there is none.
    Raises ImproperlyConfigured for another kind of database than SQLite or PostgreSQL.
    """
    if replica_url:
        if not (url.startswith("postgres") and replica_url.startswith("postgres")):
            raise ImproperlyConfigured("DATABASE_REPLICA_URL needs PostgreSQL, in DATABASE_URL too.")
        replica = _for_replica(databases(replica_url, data_dir, pool)["default"])
        return {**databases(url, data_dir, pool), REPLICA: replica}
    if not url:
        return {"default": _sqlite({"NAME": str(data_dir / "db.sqlite3")})}
    scheme = url.partition(":")[0]
    if scheme not in DATABASE_ENGINES:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {scheme!r}, but must begin with sqlite, postgres or postgresql."
        )
    url, hosts = _one_host(url)
    config = environ.Env.db_url_config(url)
    config["ENGINE"] = DATABASE_ENGINES[scheme]
    if hosts:
        names, ports = zip(*hosts, strict=True)
        options = {"target_session_attrs": "read-write", **config.get("OPTIONS", {})}
        config |= {"HOST": ",".join(names), "PORT": ",".join(ports), "OPTIONS": options}
    if scheme == "sqlite":
        return {"default": _sqlite(config)}
    return {"default": _postgresql(config, pool)}


def _for_replica(config: dict[str, Any]) -> dict[str, Any]:
    """Return `config` with short limits: what a replica does not answer, the primary does."""
    options = config["OPTIONS"]
    pool = {**options["pool"], "timeout": REPLICA_SECONDS, "reconnect_timeout": REPLICA_SECONDS}
    attributes = {"target_session_attrs": "any"} if "," in config["HOST"] else {}
    return {**config, "OPTIONS": {**options, "connect_timeout": REPLICA_SECONDS, **attributes, "pool": pool}}


def _one_host(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Return `url` with the first of its hosts, and (name, port) of each host; no hosts if there is only one.

    libpq tries the hosts in their order (PostgreSQL's documentation, 34.1.1.3); an address of the web has only one.
    """
    scheme, separator, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    login, at, hosts = place.rpartition("@")
    if "," not in hosts:
        return url, []
    pairs = [(name, port or "5432") for name, _colon, port in (host.partition(":") for host in hosts.split(","))]
    return f"{scheme}{separator}{login}{at}{pairs[0][0]}:{pairs[0][1]}{slash}{path}", pairs


def _postgresql(config: dict[str, Any], pool: int) -> dict[str, Any]:
    return {
        **config,
        "OPTIONS": {
            **POSTGRESQL_OPTIONS,
            **config.get("OPTIONS", {}),
            "pool": {
                "min_size": 0,
                "max_size": pool,
                "timeout": POOL_SECONDS,
                "reconnect_timeout": POOL_RECONNECT_SECONDS,
            },
        },
    }


def _sqlite(config: dict[str, Any]) -> dict[str, Any]:
    if config["NAME"] == ":memory:":
        raise ImproperlyConfigured("DATABASE_URL names a database in memory, which no two processes share.")
    return {
        **config,
        "ENGINE": DATABASE_ENGINES["sqlite"],
        "OPTIONS": {**SQLITE_OPTIONS, **config.get("OPTIONS", {})},
    }


def caches(url: str, data_dir: Path) -> dict[str, dict[str, Any]]:
    """Return CACHES for `url`, or for files in `data_dir` (Path) if it is empty.

    The default is files, not memory: Wagtail caches the site's root paths for an hour, and two web processes with
    separate caches would have different paths after a page was moved.
    """
    if not url:
        return {
            "default": {
                "BACKEND": FILE_CACHE,
                "LOCATION": str(data_dir / "cache"),
                "OPTIONS": {"MAX_ENTRIES": 2000},
            }
        }
    scheme = url.partition(":")[0]
    if scheme not in CACHE_SCHEMES:
        raise ImproperlyConfigured(
            f"CACHE_URL begins with {scheme!r}, but must begin with one of {', '.join(CACHE_SCHEMES)}."
        )
    config = environ.Env.cache_url_config(url)
    return {"default": {**config, "BACKEND": TOLERANT_CACHES.get(scheme, config["BACKEND"])}}


def tasks() -> dict[str, dict[str, str]]:
    """Return TASKS for Wagtail's small tasks, which run immediately. Videos are processed by a worker.

    The table of jobs is the queue of videos; `VIDEO_TASKS` says how a worker learns of a new job.
    """
    return {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def storages(manifest: bool) -> dict[str, dict[str, str]]:
    """Return STORAGES: public media on the file system, static files hashed if `manifest`.

    The storage of protected files is not included: it is `video_pages.library.storage.ProtectedStorage`.
    """
    return {
        "default": {"BACKEND": "site_config.media.PublicStorage"},
        "staticfiles": {"BACKEND": MANIFEST_STORAGE if manifest else PLAIN_STORAGE},
    }


def search(url: str = "") -> dict[str, dict[str, Any]]:
    """Return WAGTAILSEARCH_BACKENDS: the index in the site's own database, with `url` behind that of a cluster.

    `url` is as opensearch://user:password@host:9200 or elasticsearch://…; with `?tls=1`, or at the ports 443 and 8443,
    the cluster is asked over HTTPS. Raises ImproperlyConfigured for another kind.
    """
    database = {"BACKEND": "site_config.search.own_index"}
    if not url:
        return {"default": database}
    engine, _, rest = url.partition("://")
    if engine not in SEARCH_ENGINES or not rest:
        known = " or ".join(SEARCH_ENGINES)
        raise ImproperlyConfigured(f"SEARCH_URL begins with {engine!r}, but must begin with {known} and ://.")
    place, _, query = rest.partition("?")
    place = place.rstrip("/")
    has_tls = query == "tls=1" or place.endswith((":443", ":8443"))
    cluster = {
        "BACKEND": "site_config.search.cluster",
        "ENGINE": engine,
        "URLS": [f"{'https' if has_tls else 'http'}://{place}"],
        "INDEX_PREFIX": "screening_room_",
        "TIMEOUT": SEARCH_SECONDS,
    }
    return {"default": cluster, "database": database}


def email(url: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings for `url`; if it is empty, mail is written to the log."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    scheme = url.partition(":")[0]
    if scheme not in environ.Env.EMAIL_SCHEMES:
        known = ", ".join(environ.Env.EMAIL_SCHEMES)
        raise ImproperlyConfigured(f"EMAIL_URL begins with {scheme!r}, but must begin with one of {known}.")
    config = environ.Env.email_url_config(url)
    return {name: value for name, value in config.items() if name.startswith("EMAIL_")}


def delivers_mail(url: str) -> bool:
    """True if the EMAIL_URL `url` names a mail server, and not a log, a file or nothing."""
    return url.partition(":")[0].startswith("smtp") or url.partition(":")[0] == "submission"


def password_hashers(choice: str) -> list[str]:
    """Return PASSWORD_HASHERS with `choice` (`pbkdf2` or `argon2`) first; hashes of both can always be checked."""
    return [ARGON2, PBKDF2] if choice == "argon2" else [PBKDF2, ARGON2]
