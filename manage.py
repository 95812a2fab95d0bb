#!/usr/bin/env python
"""Run a management command of the Screening Room."""

import os
import sys


def main() -> None:
    """Run the command line with the settings that DJANGO_SETTINGS_MODULE names; default: those for development."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.dev")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here: run `make run` once, then use .venv/bin/python manage.py")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
