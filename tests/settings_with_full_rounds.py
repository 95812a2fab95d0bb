"""The tests' settings with Django's own hasher: for tests about what its cost does to others."""

from site_config.settings.test import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
TRUSTED_PROXIES = 1  # one client address for each guesser
