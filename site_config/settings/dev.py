"""Settings of `make run` and of a developer's machine: no secrets needed, loopback only."""

from site_config.security.secret_key import kept_secret_key, require_strong
from site_config.settings.base import *  # noqa: F403
from site_config.settings.base import ALLOWED_HOSTS, DATA_DIR, ENV

DEBUG = ENV.DEBUG
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"]
SECRET_KEY = require_strong(ENV.SECRET_KEY) if ENV.SECRET_KEY else kept_secret_key(DATA_DIR)
