"""The table of the environment's variables: name, type, default and meaning, in the order of the documents.

`site_config.environment.env` reads them. `site_config.environment.describe` writes `.env.example` and
`docs/settings.md` from them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_config import languages
from site_config.environment import casts, processing_variables, storage_variables

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent

KIB, MIB, GIB = 1024, 1024**2, 1024**3


@dataclass(frozen=True)
class Variable:
    """One variable. `cast` converts its text to a value, or raises ValueError with the expected form."""

    name: str
    cast: Callable[[str], Any]
    default: Any
    meaning: str
    section: str


def _variables(section: str, *rows: tuple[str, Callable[[str], Any], Any, str]) -> list[Variable]:
    return [Variable(*row, section=section) for row in rows]


VARIABLES = (
    _variables(
        "Start",
        ("PORT", casts.port, 8000, "Port of the web server that `make run` starts."),
        ("LISTEN_ADDRESS", casts.listen_address, "127.0.0.1", "Address that the web server listens on."),
        ("DATA_DIR", casts.path, PROJECT_ROOT, "Directory of the database, the media and the static files."),
        ("ADMIN_PASSWORD", casts.text, "", "The first superuser's password; empty: random, printed once."),
        ("DEMO", casts.flag, True, "Make demo videos at the first start, on a loopback address only."),
        ("WEB_WORKERS", casts.positive, 2, "Processes of the web server."),
        (
            "WEB_THREADS",
            casts.positive,
            256,
            "Threads in each process: the requests that it answers at the same time. Without nginx, a viewer holds one "
            "while bytes flow.",
        ),
    )
    + _variables(
        "Security",
        (
            "SECRET_KEY",
            casts.text,
            "",
            "Signs cookies: 32 random characters or more; production needs it, others keep one in DATA_DIR.",
        ),
        (
            "SECRET_KEY_FALLBACKS",
            casts.comma_list,
            (),
            "Keys used before a change of SECRET_KEY, with commas: their signatures stay valid.",
        ),
        ("DEBUG", casts.flag, False, "Show error details in the browser; refused in production."),
        ("ALLOWED_HOSTS", casts.comma_list, (), "Host names of the site, with commas; production needs them."),
        ("CSRF_TRUSTED_ORIGINS", casts.comma_list, (), "Origins (https://host) whose forms are accepted, with commas."),
        ("BASE_URL", casts.address, "", "The site's address (https://host); production needs it."),
        ("TRUSTED_PROXIES", casts.natural, 0, "Number of own proxies in front whose X-Forwarded-For is trusted."),
        ("SECURE_PROXY", casts.flag, False, "The proxy in front sets X-Forwarded-Proto itself: trust it."),
        ("SSL_REDIRECT", casts.flag, True, "Production: send plain HTTP to HTTPS."),
        ("HSTS_SECONDS", casts.natural, 31_536_000, "Production: seconds for which browsers require HTTPS."),
        ("HSTS_SUBDOMAINS", casts.flag, True, "Production: require HTTPS for the host's subdomains too."),
        ("PASSWORD_HASHER", casts.one_of("pbkdf2", "argon2"), "pbkdf2", "How passwords are hashed."),
        (
            "SESSION_ENGINE",
            casts.one_of("db", "cached_db", "cache"),
            "db",
            "Where sessions are kept: db, or cached_db for copies in a shared cache (cache means the same).",
        ),
    )
    + _variables(
        "Engines",
        (
            "DATABASE_URL",
            casts.text,
            "",
            "As postgres://user:password@host/name, or with several hosts as host1:5432,host2:5432; empty: SQLite.",
        ),
        (
            "DATABASE_REPLICA_URL",
            casts.text,
            "",
            "As DATABASE_URL, a read-only replica of PostgreSQL: statistics are read there, and nothing else.",
        ),
        (
            "DATABASE_POOL",
            casts.positive,
            20,
            "Connections that each process opens at most: to PostgreSQL, and as many to a DATABASE_REPLICA_URL.",
        ),
        (
            "DATABASE_TIMEOUT",
            casts.natural,
            20,
            "Seconds that a statement of a request may take on PostgreSQL; 0: no limit. Commands and workers: none.",
        ),
        (
            "SEARCH_URL",
            casts.text,
            "",
            "As opensearch://user:password@host:9200 or elasticsearch://…: a cluster for the search of the admin.",
        ),
        ("CACHE_URL", casts.text, "", "As redis://host:6379/0; empty: files in DATA_DIR."),
        (
            "TASKS",
            casts.one_of("database", "celery"),
            "database",
            "How workers learn of uploads: database (they look once a second) or celery (a broker tells them).",
        ),
        ("CELERY_BROKER_URL", casts.text, "", "TASKS=celery: the broker, as redis://host:6379/1."),
        (
            "DELIVERY",
            casts.text,
            "stream",
            "How the bytes of a video reach a browser: stream (the application sends them), nginx (nginx sends them "
            "and asks the application for verdicts), x-accel (nginx sends them, each request passes the "
            "application), redirect (the bucket of LIBRARY_STORAGE=s3 sends them, at addresses that are signed for a "
            "minute), cdn (the CDN of CDN_URL sends encrypted segments, the application the keys; docs/scaling.md), or "
            "the dotted path of a delivery backend.",
        ),
        (
            "GATE_SECRET",
            casts.text,
            "",
            "DELIVERY=nginx: 32 random characters or more, the same as in the configuration of nginx.",
        ),
        (
            "CDN_URL",
            casts.address,
            "",
            "Address (https://host) of a CDN that fetches /static/ and /media/ from the site: pages load scripts, "
            "styles, fonts and thumbnails from there. With DELIVERY=cdn also /cdn/: encrypted segments of videos.",
        ),
        (
            "EMAIL_URL",
            casts.text,
            "",
            "As smtp+tls://user:password@host:587; empty: the log, no resets, no mail codes.",
        ),
        ("EMAIL_FROM", casts.text, "", "Sender of the site's mail."),
        languages.VARIABLE,
        languages.PAGES_VARIABLE,
        (
            "TIME_ZONE",
            casts.time_zone,
            "UTC",
            "Time zone of displayed times and of the days in statistics, as Europe/Berlin. "
            "A change does not affect days that are already summed.",
        ),
    )
    + _variables(
        "Object storage",
        *storage_variables.ROWS,
    )
    + _variables(
        "Log",
        (
            "LOG_LEVEL",
            casts.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
            "INFO",
            "Lowest level that is logged; DEBUG adds refused requests (4xx).",
        ),
        ("LOG_FORMAT", casts.one_of("text", "json"), "text", "Lines for people, or a JSON object on each line."),
        ("SENTRY_DSN", casts.text, "", "As https://key@host/1: errors go to this Sentry, without data of visitors."),
        ("ADMINS", casts.mail_addresses, (), "Recipients of mail about errors, with commas; needs EMAIL_URL."),
        ("SELF_TEST_NIGHTLY", casts.flag, False, "A worker asks each night what a stranger gets; see the dashboard."),
        ("SELF_TEST_URL", casts.address, "", "The address that the self-test asks, if it is not BASE_URL."),
    )
    + _variables(
        "Metrics",
        (
            "METRICS_PORT",
            casts.optional_port,
            0,
            "Port where only `/metrics` answers, to Prometheus. Not PORT.",
        ),
        ("METRICS_ADDRESS", casts.listen_address, "127.0.0.1", "Address of METRICS_PORT; visitors must not reach it."),
        (
            "METRICS_TOKEN",
            casts.text,
            "",
            "Key of 32 characters or more: at the site's port, `/metrics` answers `Authorization: Bearer …` with it.",
        ),
    )
    + _variables(
        "Library",
        ("MAX_UPLOAD_BYTES", casts.size, 10 * GIB, "Largest video file that is accepted."),
        ("UNFINISHED_UPLOADS_PER_USER", casts.positive, 100, "Highest number of unfinished uploads of one user."),
        (
            "UNFINISHED_BYTES_PER_USER",
            casts.size,
            100 * GIB,
            "Largest total size of one user's unfinished uploads; a single upload may be larger.",
        ),
        ("LIBRARY_QUOTA_BYTES", casts.size, 0, "Size at which the library accepts no more files; 0: no limit."),
        ("KEEP_ORPHANS_DAYS", casts.days, 30, "Days that a file without a row stays after check_library --mend."),
        ("DISK_FLOOR_BYTES", casts.size, 1 * GIB, "Free disk space that uploads must leave."),
    )
    + _variables(
        "Processing",
        *processing_variables.ROWS,
    )
    + _variables(
        "Statistics",
        ("RESPECT_DO_NOT_TRACK", casts.flag, True, "Store no viewer data for browsers that ask not to be tracked."),
        ("KEEP_RAW_VIEWS_DAYS", casts.days, 90, "Days that single views are kept; 32 at least."),
        ("KEEP_REQUESTS_DAYS", casts.days, 90, "Days that a request for access is kept, with name and address."),
    )
    + _variables(
        "Tests",
        ("TEST_DATABASE_URL", casts.text, "", "The tests' database server; empty: SQLite."),
        ("REQUIRE_ALL", casts.flag, False, "Tests fail, and are not skipped, if a server or browser is missing."),
    )
)
