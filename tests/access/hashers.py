"""A hasher with a few rounds more than the tests' own."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class MoreRounds(PBKDF2PasswordHasher):
    iterations = 50
