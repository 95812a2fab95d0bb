"""A password hasher for the tests: the real algorithm with few rounds."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class FewRoundsPBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """PBKDF2-SHA256, 10 rounds: hashes look and behave as in production and cost nothing."""

    iterations = 10
