"""Run a worker in the foreground."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from video_pages.worker.loop import Worker


class Command(BaseCommand):
    help = "Process uploaded videos and do the periodic work, until stopped (or, with --until-idle, until all is done)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-idle", action="store_true", help="Return when every video is processed, refused or has failed."
        )

    def handle(self, *args: Any, until_idle: bool, verbosity: int, **options: Any) -> None:
        worker = Worker()
        worker.end_on_signals()
        if verbosity:
            self.stdout.write(f"Worker {worker.name} started.")
        if until_idle:
            worker.run_until_idle()
        else:
            worker.run()
        if verbosity:
            self.stdout.write(f"Worker {worker.name} ended.")
