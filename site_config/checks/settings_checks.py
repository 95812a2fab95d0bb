"""System checks: combinations of settings that would break a promise of the site."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from site_config import compat
from site_config.environment import env
from video_pages.analytics.day_bounds import LEAST_KEPT_DAYS
from video_pages.delivery.backends import choice
from video_pages.transcoding import encoders, ffmpeg, plan, sandbox, system_paths

SIGNED_COOKIES = "django.contrib.sessions.backends.signed_cookies"
CACHED = {
    "django.contrib.sessions.backends.cache",
    "django.contrib.sessions.backends.cached_db",
    "site_config.sessions",
}

# Caches that all web processes of all machines share. A file cache is shared on one machine only, so a second machine
# would still accept a session that the first has ended.
SHARED_CACHES = (
    "django.core.cache.backends.redis.RedisCache",
    "django.core.cache.backends.memcached.PyMemcacheCache",
    "django.core.cache.backends.memcached.PyLibMCCache",
    "django.core.cache.backends.db.DatabaseCache",
)


@register(Tags.security)
def sessions_can_be_ended(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse session engines on which logging out or ending access would not take effect everywhere."""
    if settings.SESSION_ENGINE == SIGNED_COOKIES:
        return [
            Error(
                "Sessions in signed cookies outlive logging out: a kept cookie still signs in.",
                hint="Set SESSION_ENGINE to db, or to cached_db on a shared cache.",
                id="video_pages.E001",
            )
        ]
    if settings.SESSION_ENGINE not in CACHED:
        return []
    backend = settings.CACHES.get(settings.SESSION_CACHE_ALIAS, {}).get("BACKEND", "")
    if is_shared_cache(backend):
        return []
    return [
        Error(
            f"Sessions are cached in {backend or 'no cache at all'}, which not every web process shares: "
            "a session ended in one would live on in another.",
            hint="Set SESSION_ENGINE=db, or CACHE_URL to a shared cache such as redis://host:6379/0.",
            id="video_pages.E002",
        )
    ]


def is_shared_cache(backend: str) -> bool:
    """True if `backend` (dotted path) is, or inherits from, a cache that all processes share."""
    if not backend:
        return False
    return issubclass(import_string(backend), tuple(import_string(name) for name in SHARED_CACHES))


@register(Tags.security)
def password_hasher_is_installed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse a first password hasher whose library is missing: no password could be set or checked."""
    hasher = get_hasher("default")
    try:
        if hasher.library:
            compat.load_library(hasher)
    except ValueError as error:
        return [
            Error(
                f"Passwords can't be hashed: {error}",
                hint="Install requirements-scale.txt, or set PASSWORD_HASHER=pbkdf2.",
                id="video_pages.E004",
            )
        ]
    return []


@register
def names_in_the_env_file_are_known(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Warn about lines of `.env` that have no effect: most are typing errors."""
    warnings: list[CheckMessage] = []
    for name, meant in env.unknown_names(env.file_variables()).items():
        if name == "DJANGO_SETTINGS_MODULE":
            hint = "It is read before .env is: set it in the environment."
        elif meant:
            hint = f"Did you mean {meant}?"
        else:
            hint = "docs/settings.md lists every variable."
        warnings.append(
            CheckWarning(f".env sets {name}, which the site does not know.", hint=hint, id="video_pages.W013")
        )
    return warnings


@register
def mail_about_errors_can_be_sent(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Warn if errors are to be mailed and no mail server is set."""
    if not settings.ADMINS or "console" not in settings.EMAIL_BACKEND:
        return []
    return [
        CheckWarning(
            "ADMINS is set, but EMAIL_URL is not: nobody gets mail about errors.",
            hint="Set EMAIL_URL, such as smtp+tls://user:password@host:587.",
            id="video_pages.W011",
        )
    ]


@register(Tags.security)
def protected_files_have_no_address(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse a protected root that lies inside a directory whose files are served to everyone."""
    problems: list[CheckMessage] = []
    protected = Path(settings.PROTECTED_ROOT).resolve()
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        public = getattr(settings, name)
        if public and protected.is_relative_to(Path(public).resolve()):
            problems.append(
                Error(
                    f"PROTECTED_ROOT lies inside {name}, whose files are served to everyone.",
                    hint="Keep media/protected apart from media/public and from the static files.",
                    id="video_pages.E003",
                )
            )
    return problems


@register(Tags.security)
def sandbox_sees_no_data(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse data below a path that sandboxed processes may read."""
    places = [Path(place).resolve() for place in system_paths.readable_paths()]
    return [
        Error(
            f"{name} lies in {inside}, which the processes that read uploads may read as well: a hostile file could "
            "reach other videos, the database and the secret key.",
            hint="Keep the data in a directory of its own, such as DATA_DIR=/srv/videos.",
            id="video_pages.E005",
        )
        for name, directory in _data_directories().items()
        if (inside := next((place for place in places if directory.is_relative_to(place)), None))
    ]


def _data_directories() -> dict[str, Path]:
    """Return {name of the setting: resolved directory} of the data that no sandboxed process may read."""
    directories = {"PROTECTED_ROOT": settings.PROTECTED_ROOT, "DATA_DIR": settings.DATA_DIR}
    if (settings.BASE_DIR / ".env").exists():
        directories["The file .env"] = settings.BASE_DIR
    for alias, database in settings.DATABASES.items():
        # An SQLite database in memory (":memory:", "file:…?mode=memory") has no directory.
        if database["ENGINE"].endswith("sqlite3") and Path(database["NAME"]).is_absolute():
            directories[f"The database {alias!r}"] = Path(database["NAME"]).parent
    return {name: Path(directory).resolve() for name, directory in directories.items()}


@register
def single_views_are_kept_long_enough(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse a retention of views that is shorter than access can last: a view may still grow until access ends."""
    if settings.KEEP_RAW_VIEWS_DAYS >= LEAST_KEPT_DAYS:
        return []
    return [
        Error(
            f"KEEP_RAW_VIEWS_DAYS is {settings.KEEP_RAW_VIEWS_DAYS}, but access can last 30 days: what is watched at "
            "its end would be lost, and lists that show the views of the last 30 days would show fewer.",
            hint=f"Set KEEP_RAW_VIEWS_DAYS to {LEAST_KEPT_DAYS} or more.",
            id="video_pages.E006",
        )
    ]


@register
def extra_codecs_can_be_made(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse codecs that the site does not support or ffmpeg has no encoder for; ffmpeg runs only if any is set."""
    known = sorted(plan.EXTRA_CAPS)
    unknown = [codec for codec in encoders.extra_codecs() if codec not in known]
    problems: list[CheckMessage] = [
        Error(
            f"EXTRA_VIDEO_CODECS names {codec!r}, which is not made here.",
            hint=f"Choose from {', '.join(known)}; H.264 is always made.",
            id="video_pages.E007",
        )
        for codec in unknown
    ]
    for codec in encoders.extra_codecs():
        if codec in unknown:
            continue
        try:
            encoders.encoder_of(codec)
        except encoders.NoEncoder:
            problem = f"EXTRA_VIDEO_CODECS names {codec!r}, but {ffmpeg.binary()} has no encoder for it."
        except (OSError, sandbox.SandboxError, ffmpeg.FfmpegFailed) as error:
            problem = f"EXTRA_VIDEO_CODECS names {codec!r}, but {ffmpeg.binary()} could not be asked for it: {error}"
        else:
            continue
        names = " or ".join(encoders.ENCODERS[codec])
        problems.append(
            Error(
                problem,
                hint=f"Set FFMPEG_BINARY to one with {names}, as the one in the packages, or leave {codec} out.",
                id="video_pages.E008",
            )
        )
    return problems


@register
def delivery_backend_exists(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse a DELIVERY that names no delivery backend: no video could be watched; and what the backend refuses."""
    try:
        backend = choice.backend_class(settings.DELIVERY)
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="Leave DELIVERY out, or see docs/settings.md.", id="video_pages.E014")]
    return backend.check()


@register(Tags.security, deploy=True)
def proxies_are_counted(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Sequence[CheckMessage]:
    """Warn if a proxy's header is trusted for HTTPS while no proxy is trusted for client addresses."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and settings.TRUSTED_PROXIES == 0:
        return [
            CheckWarning(
                "SECURE_PROXY is on, but TRUSTED_PROXIES is 0: all visitors would share the proxy's address, "
                "and with it one limit on wrong passwords.",
                hint="Set TRUSTED_PROXIES to the number of your own proxies in front of the site.",
                id="video_pages.W001",
            )
        ]
    return []
