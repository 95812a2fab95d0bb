"""Settings of a site on the open web: HTTPS, and no start without its secrets."""

from django.core.exceptions import ImproperlyConfigured

from site_config.environment import env
from site_config.security.secret_key import require_strong
from site_config.settings.base import *  # noqa: F403
from site_config.settings.base import ENV

env.require(ENV, "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL")
require_strong(ENV.SECRET_KEY)
if ENV.DEBUG:
    raise ImproperlyConfigured("DEBUG is on, but production shows no error details: remove DEBUG.")

SECURE_SSL_REDIRECT = ENV.SSL_REDIRECT
SECURE_HSTS_SECONDS = ENV.HSTS_SECONDS
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.HSTS_SUBDOMAINS
SECURE_HSTS_PRELOAD = ENV.HSTS_SUBDOMAINS
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
