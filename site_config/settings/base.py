"""The settings that hold everywhere. Values of the environment come from `site_config.environment.env` alone."""

import datetime as dt
from zoneinfo import available_timezones

from site_config import languages
from site_config.environment import engines, env, packages, worker_engines
from site_config.monitoring import logs
from site_config.security import csp
from site_config.security.secret_key import require_strong
from site_config.settings.installed import INSTALLED_APPS, MIDDLEWARE  # noqa: F401 - Django reads them here

BASE_DIR = env.PROJECT_ROOT
ENV = env.read(env.environment())
packages.require_packages(ENV)

# Parts of the site

ROOT_URLCONF = "site_config.urls"
WSGI_APPLICATION = "site_config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "home.context_processors.site_frame",
            ],
        },
    },
]

# Directories and storages

DATA_DIR = ENV.DATA_DIR
MEDIA_ROOT = DATA_DIR / "media" / "public"
CDN_URL = ENV.CDN_URL
MEDIA_URL = f"{CDN_URL}/media/"
PROTECTED_ROOT = DATA_DIR / "media" / "protected"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = f"{CDN_URL}/static/"
# Made by the set-up: files of npm packages (deploy/browser_packages.py), and the bundles of visitors' pages
# (deploy/bundles.py).
STATICFILES_DIRS = [(name, BASE_DIR / "build" / name) for name in ("vendor", "bundles")]
# Uploads are collected on the library's file system, so that taking one in is a rename and not a copy.
FILE_UPLOAD_TEMP_DIR = PROTECTED_ROOT / "tmp"
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = ["video_pages.uploads.handlers.PolicyUploadHandler"]
LOCALE_PATHS = [BASE_DIR / "locale"]

# Engines

DATABASES = engines.databases(ENV.DATABASE_URL, DATA_DIR, ENV.DATABASE_POOL, replica_url=ENV.DATABASE_REPLICA_URL)
DATABASE_ROUTERS = ["video_pages.core.replica.Router"] if ENV.DATABASE_REPLICA_URL else []
CACHES = engines.caches(ENV.CACHE_URL, DATA_DIR)
TASKS = engines.tasks()
globals().update(worker_engines.workers(ENV))
STORAGES = engines.storages(manifest=True)
WAGTAILSEARCH_BACKENDS = engines.search(ENV.SEARCH_URL)
PASSWORD_HASHERS = engines.password_hashers(ENV.PASSWORD_HASHER)
SESSION_ENGINE = engines.SESSION_ENGINES[ENV.SESSION_ENGINE]
globals().update(engines.email(ENV.EMAIL_URL))
EMAIL_TIMEOUT = 20  # seconds; a mail server that hangs holds up nobody for longer
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.EMAIL_FROM or "screening-room@localhost"

# Log

LOGGING = logs.logging_settings(
    ENV.LOG_LEVEL, ENV.LOG_FORMAT, secrets=logs.secrets_of(ENV), mails_admins=bool(ENV.ADMINS)
)
ADMINS = [(address, address) for address in ENV.ADMINS]

# Language and time

LANGUAGE_CODE = ENV.LANGUAGE
LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = languages.CHOICES
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = ENV.TIME_ZONE
USE_I18N = True
FORMAT_MODULE_PATH = ["site_config.formats"]
USE_TZ = True
# Pages in several languages: their addresses begin with the code, and Wagtail shows the languages to editors.
PAGE_LANGUAGES = tuple(code for code in ENV.PAGE_LANGUAGES if code != LANGUAGE_CODE)
WAGTAIL_I18N_ENABLED = bool(PAGE_LANGUAGES)
WAGTAIL_CONTENT_LANGUAGES = [
    (code, name) for code, name in LANGUAGES if not PAGE_LANGUAGES or code in (LANGUAGE_CODE, *PAGE_LANGUAGES)
]

# Users and sign-in

AUTHENTICATION_BACKENDS = ["site_config.security.login_guard.LoginBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "/"  # after Wagtail's sign-in for visitors of private pages
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "home.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = list(ENV.CSRF_TRUSTED_ORIGINS)

# Guesses at an editor's password; those at a video's are counted by video_pages.access.throttle.
AXES_HANDLER = "site_config.security.login_guard.LoginHandler"
AXES_FAILURE_LIMIT = 8
LOGIN_FAILURES_PER_ADDRESS = 30  # whatever the names; a school's whole staff may share one address
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
# A further try does not prolong the pause: it always ends.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "site_config.security.login_guard.login_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "site_config.security.login_guard.refuse"
AXES_DISABLE_ACCESS_LOG = True  # who logged in when, and from where, is not stored
AXES_VERBOSE = False

# Keys, hosts and headers

SECRET_KEY = ENV.SECRET_KEY
SECRET_KEY_FALLBACKS = [require_strong(key, "SECRET_KEY_FALLBACKS") for key in ENV.SECRET_KEY_FALLBACKS]
DEBUG = False
ALLOWED_HOSTS = list(ENV.ALLOWED_HOSTS)
CONTENT_SECURITY_POLICY = {"DIRECTIVES": csp.PUBLIC}
X_FRAME_OPTIONS = "DENY"  # the admin says otherwise for itself, see site_config.security.headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if ENV.SECURE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Wagtail's page editor sends more fields than Django's default of 1000 admits.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Wagtail

WAGTAIL_SITE_NAME = "Screening Room"
WAGTAILADMIN_BASE_URL = ENV.BASE_URL or f"http://127.0.0.1:{ENV.PORT}"
WAGTAILADMIN_USER_LOGIN_FORM = "home.sign_in_form.SignInForm"
# Without what a system lists beside the zones ("localtime", "Factory"): browsers know none of it.
WAGTAIL_USER_TIME_ZONES = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_RESET_ENABLED = DELIVERS_MAIL = engines.delivers_mail(ENV.EMAIL_URL)
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Wagtail's shared passwords are plain text and never limited; see video_pages.access.shared_passwords.
WAGTAIL_PRIVATE_PAGE_OPTIONS = WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = ""  # otherwise the dialog for links shows the title of any page of the site
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {"WIDGET": "video_pages.pages.panels.rich_text.CheckedRichTextArea"},
}
WAGTAILIMAGES_IMAGE_FORM_BASE = "video_pages.ingest.image_form.ImageForm"
WAGTAILMEDIA = {
    "MEDIA_MODEL": "video_pages.VideoFile",
    "MEDIA_FORM_BASE": "video_pages.ingest.file_form.VideoFileForm",
    "AUDIO_EXTENSIONS": [],
    "VIDEO_EXTENSIONS": "mp4 m4v mov webm mkv avi mpg mpeg vob ts mts m2ts mxf 3gp 3g2 wmv asf flv ogv".split(),
}

# The site's own settings, as video_pages reads them

PORT, METRICS_PORT, METRICS_TOKEN = ENV.PORT, ENV.METRICS_PORT, ENV.METRICS_TOKEN
MAX_UPLOAD_BYTES = ENV.MAX_UPLOAD_BYTES
UNFINISHED_UPLOADS_PER_USER = ENV.UNFINISHED_UPLOADS_PER_USER
UNFINISHED_BYTES_PER_USER = ENV.UNFINISHED_BYTES_PER_USER
LIBRARY_QUOTA_BYTES = ENV.LIBRARY_QUOTA_BYTES
KEEP_ORPHANS_DAYS = ENV.KEEP_ORPHANS_DAYS
DISK_FLOOR_BYTES = ENV.DISK_FLOOR_BYTES
LIBRARY_STORAGE = ENV.LIBRARY_STORAGE
globals().update({name: value for name, value in vars(ENV).items() if name.startswith("S3_")})
DELIVERY = ENV.DELIVERY
GATE_SECRET = ENV.GATE_SECRET
FFMPEG_BINARY = ENV.FFMPEG_BINARY
TRUSTED_PROXIES = ENV.TRUSTED_PROXIES
PROBE_SECONDS = ENV.PROBE_SECONDS
SANDBOX_MEMORY_BYTES = ENV.SANDBOX_MEMORY_BYTES
SANDBOX_CPU_SECONDS = ENV.SANDBOX_CPU_SECONDS
SANDBOX_WALL_SECONDS = ENV.SANDBOX_WALL_SECONDS
SANDBOX_OUTPUT_BYTES = ENV.SANDBOX_OUTPUT_BYTES
WEB_WORKERS, WEB_THREADS = ENV.WEB_WORKERS, ENV.WEB_THREADS
SELF_TEST_NIGHTLY, SELF_TEST_URL = ENV.SELF_TEST_NIGHTLY, ENV.SELF_TEST_URL
MAX_PIXELS = ENV.MAX_PIXELS
LADDER_MEMORY_BYTES = ENV.LADDER_MEMORY_BYTES
LADDER_MAX_HEIGHT = ENV.LADDER_MAX_HEIGHT
EXTRA_VIDEO_CODECS = ENV.EXTRA_VIDEO_CODECS
MAX_FRAME_RATE = ENV.MAX_FRAME_RATE
MAX_STREAMS = ENV.MAX_STREAMS
MAX_DURATION_SECONDS = ENV.MAX_DURATION_SECONDS
RESPECT_DO_NOT_TRACK = ENV.RESPECT_DO_NOT_TRACK
KEEP_RAW_VIEWS_DAYS = ENV.KEEP_RAW_VIEWS_DAYS
KEEP_REQUESTS_DAYS = ENV.KEEP_REQUESTS_DAYS
DEMO = ENV.DEMO
