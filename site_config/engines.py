"""Which engines do the work: pure functions from values of the environment to Django's settings.

One machine is the default of each: SQLite, files, a local worker. Each engine switches by one variable.
Nothing here reads the environment, touches a disk or opens a connection, so plain values test it.
"""

import environ
from django.core.exceptions import ImproperlyConfigured

# WAL lets readers go on while one process writes; IMMEDIATE takes the write lock when a transaction begins,
# not in its middle, where SQLite cannot wait for it. The defaults lost 2000 of 2639 transactions in a trial.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}

# A request waits this long for a connection of the pool, then it is answered 503. After an outage the pool must not
# pause for longer than that between two attempts (psycopg's default is up to five minutes).
POOL_SECONDS = 10
POOL_RECONNECT_SECONDS = 5
POSTGRESQL_OPTIONS = {
    "connect_timeout": 5,
    # A server or a network that vanished is noticed within half a minute, not after the kernel's two hours.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

# Both names for a cache stand for the same store: sessions that are nowhere but in a cache would end with it.
SESSION_ENGINES = {
    "db": "django.contrib.sessions.backends.db",
    "cached_db": "site_config.sessions",
    "cache": "site_config.sessions",
}

PLAIN_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
MANIFEST_STORAGE = "site_config.static.ManifestStorage"

PBKDF2 = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"

FILE_CACHE = "site_config.caches.files.FileCache"

DATABASE_ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgres": "site_config.postgresql",
    "postgresql": "site_config.postgresql",
}

CACHE_SCHEMES = ("redis", "rediss", "dbcache", "filecache", "locmemcache", "pymemcache")
# The backends that stand in front of Django's: an error of theirs is a miss.
TOLERANT_CACHES = {
    "redis": "site_config.caches.redis.RedisCache",
    "rediss": "site_config.caches.redis.RedisCache",
    "filecache": FILE_CACHE,
}


def databases(url, data_dir, pool=20):
    """Return DATABASES for `url`, or for an SQLite file in `data_dir` (Path) if it is empty.

    `pool` is how many connections to PostgreSQL each process opens at most; other threads wait for one.
    Raises ImproperlyConfigured for another kind of database than SQLite or PostgreSQL.
    """
    if not url:
        return {"default": _sqlite({"NAME": str(data_dir / "db.sqlite3")})}
    scheme = url.partition(":")[0]
    if scheme not in DATABASE_ENGINES:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {scheme!r}, but must begin with sqlite, postgres or postgresql."
        )
    config = environ.Env.db_url_config(url)
    config["ENGINE"] = DATABASE_ENGINES[scheme]
    if scheme == "sqlite":
        return {"default": _sqlite(config)}
    return {"default": _postgresql(config, pool)}


def _postgresql(config, pool):
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


def _sqlite(config):
    if config["NAME"] == ":memory:":
        raise ImproperlyConfigured("DATABASE_URL names a database in memory, which no two processes share.")
    return {
        **config,
        "ENGINE": DATABASE_ENGINES["sqlite"],
        "OPTIONS": {**SQLITE_OPTIONS, **config.get("OPTIONS", {})},
    }


def caches(url, data_dir):
    """Return CACHES for `url`, or for files in `data_dir` (Path) if it is empty.

    Files, not memory, are the default: Wagtail keeps the site's root paths in the cache for an hour, and
    two web processes with a memory each would disagree about them after a page was moved.
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


def tasks():
    """Return TASKS: Wagtail's small work at once (`default`), videos by a worker (`video`).

    The queue only carries a job's id; the job table is the truth about processing. So the engine of
    `video` may change without anything else noticing.
    """
    return {
        "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
        "video": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    }


def storages(manifest):
    """Return STORAGES: public media on the file system, static files hashed if `manifest`.

    Protected files are not here: their storage is `video_pages.library.storage.ProtectedStorage`.
    """
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": MANIFEST_STORAGE if manifest else PLAIN_STORAGE},
    }


def search():
    """Return WAGTAILSEARCH_BACKENDS: the index in the site's own database."""
    return {"default": {"BACKEND": "site_config.search"}}


def email(url):
    """Return Django's EMAIL_* settings for `url`; mail goes to the log if it is empty."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    scheme = url.partition(":")[0]
    if scheme not in environ.Env.EMAIL_SCHEMES:
        known = ", ".join(environ.Env.EMAIL_SCHEMES)
        raise ImproperlyConfigured(f"EMAIL_URL begins with {scheme!r}, but must begin with one of {known}.")
    config = environ.Env.email_url_config(url)
    return {name: value for name, value in config.items() if name.startswith("EMAIL_")}


def delivers_mail(url):
    """True if the EMAIL_URL `url` names a server that brings mail to people, and not a log, a file or nothing."""
    return url.partition(":")[0].startswith("smtp") or url.partition(":")[0] == "submission"


def password_hashers(choice):
    """Return PASSWORD_HASHERS with `choice` (`pbkdf2` or `argon2`) first; both are always readable."""
    return [ARGON2, PBKDF2] if choice == "argon2" else [PBKDF2, ARGON2]
