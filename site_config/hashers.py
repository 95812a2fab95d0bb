"""A password hasher for the tests: the real algorithm with few rounds."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class FewRoundsPBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """PBKDF2-SHA256 with 10 rounds: hashes have the same format as in production and cost almost nothing."""

    iterations = 10
