"""Part of `make lint`: production settings raise no warning, and no migration is missing."""

import os
import sys
import tempfile

import django
from django.core.management import CommandError, call_command

MADE_UP = {
    "DJANGO_SETTINGS_MODULE": "site_config.settings.production",
    "ENV_FILE": "-",
    "SECRET_KEY": "made-up-for-the-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "videos.example.org",
    "BASE_URL": "https://videos.example.org",
}


def main() -> int:
    """Run the checks; return an exit code."""
    with tempfile.TemporaryDirectory() as data_dir:
        os.environ.update(MADE_UP, DATA_DIR=data_dir)
        django.setup()
        try:
            call_command("check", deploy=True, fail_level="WARNING")
            call_command("makemigrations", check_changes=True, dry_run=True)
        except CommandError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
