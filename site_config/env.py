"""Every environment variable of the site, declared once: name, type, default and meaning.

No other module reads the environment. `read()` takes a mapping, so tests pass plain dictionaries. `environment()`
joins the variables of the process with those of an optional `.env` file; the process's variables take precedence.
`python -m site_config.describe` writes `.env.example` and `docs/settings.md` from VARIABLES; a test compares them.
"""

import difflib
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from site_config import casts

PROJECT_ROOT = Path(__file__).resolve().parent.parent

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
        ("WEB_THREADS", casts.positive, 256, "Threads in each process: the number of simultaneous viewers."),
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
            casts.words,
            (),
            "Keys used before a change of SECRET_KEY, with commas: their signatures stay valid.",
        ),
        ("DEBUG", casts.flag, False, "Show error details in the browser; refused in production."),
        ("ALLOWED_HOSTS", casts.words, (), "Host names of the site, with commas; production needs them."),
        ("CSRF_TRUSTED_ORIGINS", casts.words, (), "Origins (https://host) whose forms are accepted, with commas."),
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
        ("DATABASE_URL", casts.text, "", "As postgres://user:password@host/name; empty: SQLite."),
        ("DATABASE_POOL", casts.positive, 20, "Connections to PostgreSQL that each process opens at most."),
        ("CACHE_URL", casts.text, "", "As redis://host:6379/0; empty: files in DATA_DIR."),
        (
            "DELIVERY",
            casts.text,
            "stream",
            "How the bytes of a video reach a browser: stream (the application sends them), or the dotted path of a "
            "delivery backend.",
        ),
        ("EMAIL_URL", casts.text, "", "As smtp+tls://user:password@host:587; empty: the log, no password resets."),
        ("EMAIL_FROM", casts.text, "", "Sender of the site's mail."),
        (
            "TIME_ZONE",
            casts.time_zone,
            "UTC",
            "Time zone of displayed times and of the days in statistics, as Europe/Berlin. "
            "A change does not affect days that are already summed.",
        ),
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
        ("ADMINS", casts.mail_addresses, (), "Recipients of mail about errors, with commas; needs EMAIL_URL."),
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
        ("DISK_FLOOR_BYTES", casts.size, 1 * GIB, "Free disk space that uploads must leave."),
    )
    + _variables(
        "Processing",
        ("FFMPEG_BINARY", casts.text, "", "Path of another ffmpeg; empty: the one in the packages."),
        ("PROBE_SECONDS", casts.positive, 20, "Seconds that the probe of an upload may take."),
        ("SANDBOX_MEMORY_BYTES", casts.size, 2 * GIB, "Memory of a process that reads an upload."),
        ("SANDBOX_CPU_SECONDS", casts.positive, 6 * 3600, "Seconds of processor time of such a process."),
        ("SANDBOX_WALL_SECONDS", casts.positive, 48 * 3600, "Seconds of wall-clock time of such a process."),
        ("SANDBOX_OUTPUT_BYTES", casts.size, 64 * GIB, "Largest file that such a process may write."),
        ("MAX_PIXELS", casts.positive, 8192 * 4320, "Largest frame (width times height) that is accepted."),
        ("LADDER_MEMORY_BYTES", casts.size, 6 * GIB, "Memory of a process that encodes a video."),
        ("LADDER_MAX_HEIGHT", casts.positive, 2160, "Lines of the largest rendition: 2160, 1440, 1080, 720."),
        ("EXTRA_VIDEO_CODECS", casts.words, (), "Codecs made beside H.264: hevc, av1, or both; much slower."),
        ("MAX_FRAME_RATE", casts.positive, 240, "Highest frame rate that is accepted."),
        ("MAX_STREAMS", casts.positive, 16, "Highest number of streams in a file."),
        ("MAX_DURATION_SECONDS", casts.positive, 12 * 3600, "Longest video that is accepted, in seconds."),
    )
    + _variables(
        "Statistics",
        ("RESPECT_DO_NOT_TRACK", casts.flag, True, "Store no viewer data for browsers that ask not to be tracked."),
        ("KEEP_RAW_VIEWS_DAYS", casts.positive, 90, "Days that single views are kept; 32 at least."),
    )
    + _variables(
        "Tests",
        ("TEST_DATABASE_URL", casts.text, "", "The tests' database server; empty: SQLite."),
        ("REQUIRE_ALL", casts.flag, False, "Tests fail, and are not skipped, if a server or browser is missing."),
    )
)


def environment(root: Path = PROJECT_ROOT, environ_: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables to read: `environ_` (default: the process's), then the lines of `root`/.env.

    ENV_FILE names another file, or none if it is `-`. It is not in the table, because it determines the source of the
    table's values.
    """
    own = dict(os.environ if environ_ is None else environ_)
    return {**file_variables(root, own), **own}


def file_variables(root: Path = PROJECT_ROOT, environ_: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of the `.env` file, or of the file that ENV_FILE names; {} if there is none.

    Raises ImproperlyConfigured if the file can't be read.
    """
    name = (os.environ if environ_ is None else environ_).get("ENV_FILE", ".env")
    if name == "-":
        return {}

    class FileEnv(environ.Env):
        ENVIRON: dict[str, str] = {}

    path = Path(root) / name
    if path.exists() and not os.access(path, os.R_OK):
        raise ImproperlyConfigured(f"{path} can't be read by this user: give it the right to, or set ENV_FILE=-.")
    FileEnv.read_env(path)
    return FileEnv.ENVIRON


@logging.getLogger("environ.environ").addFilter
def _hide_values(record: logging.LogRecord) -> bool:
    """Remove the value from django-environ's message about an invalid line, which may contain a secret."""
    if record.msg == "Invalid line: %s" and isinstance(record.args, tuple):
        line = str(record.args[0])
        name = line.partition("=")[0].strip() if "=" in line else "a line"
        record.msg = "%r in .env is ignored: write NAME=value, without blanks before NAME and around the sign."
        record.args = (name[:60],)
    return True


def unknown_names(names: Iterable[str]) -> dict[str, str]:
    """Return {name: the most similar variable, or ""} for those of `names` that are not in VARIABLES."""
    known = [variable.name for variable in VARIABLES]
    return {
        name: "".join(difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.75))
        for name in names
        if name not in known
    }


def read(variables: Mapping[str, str]) -> SimpleNamespace:
    """Return the values as a namespace, one attribute for each of `VARIABLES`.

    `variables` maps names to text. An empty text counts as not set. Raises ImproperlyConfigured with
    one sentence naming the variable, its value and what was expected.
    """

    class MappingEnv(environ.Env):
        # django-environ reads "$NAME" as a reference to another variable. A password may begin with "$",
        # so every "$" is escaped here, and unescaped on reading (`escape_proxy`).
        ENVIRON = {name: text.replace("$", r"\$") for name, text in variables.items() if text.strip()}

    env = MappingEnv()
    env.escape_proxy = True
    values = SimpleNamespace()
    for variable in VARIABLES:
        try:
            is_set = variable.name in env.ENVIRON
            value = env.get_value(variable.name, cast=variable.cast) if is_set else variable.default
        except ValueError as problem:
            text = variables[variable.name]
            raise ImproperlyConfigured(f"{variable.name} is {text!r}, but must be {problem}.") from None
        setattr(values, variable.name, value)
    return values


def require(values: SimpleNamespace, *names: str) -> None:
    """Raise ImproperlyConfigured with all of `names` that are empty in `values`."""
    missing = [name for name in names if not getattr(values, name)]
    if missing:
        raise ImproperlyConfigured(
            f"Production needs {', '.join(missing)}: set {'it' if len(missing) == 1 else 'them'} in the "
            "environment or in .env (docs/settings.md says what each one means)."
        )
