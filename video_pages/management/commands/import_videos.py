"""Import files and folders of this machine as pages, with the same checks and limits as uploads."""

import json
import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from video_pages.access import passwords
from video_pages.ingest import import_files
from video_pages.ingest.import_files import ImportResult
from video_pages.ingest.import_orphans import import_orphan
from video_pages.library import identity
from video_pages.library import orphans as library_orphans
from video_pages.pages.models import VideoIndexPage
from video_pages.sections.addresses import SectionAddressError, find_section, make_section

HOW_TO_PROCESS = "They are processed by the running worker; without one, by `manage.py process_videos --until-idle`."

AS_SECTION = object()  # --make-section without an address


class Command(BaseCommand):
    help = (
        "Make a page of each video file named, and of each in the folders named. The files stay where they are. Files "
        "that are in the library already are skipped, so an interrupted import is continued by running it again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", help="A video file, or a folder of them.")
        parser.add_argument(
            "--orphans",
            action="store_true",
            help="The uploaded films in the library that nothing names, as after the restore of an older database, in "
            "place of files of this machine; check_library lists them.",
        )
        parser.add_argument(
            "--section", default="/videos/", help="Address of the section that the pages go to (default %(default)s)."
        )
        parser.add_argument(
            "--make-section",
            dest="make_at",
            nargs="?",
            const=AS_SECTION,
            metavar="ADDRESS",
            help="Make the section first, published, if there is none at ADDRESS, and use it; without ADDRESS, that of "
            "--section.",
        )
        parser.add_argument(
            "--password-env",
            metavar="NAME",
            help="The environment variable that holds the password of each page. Without it, the section's opens them.",
        )
        parser.add_argument(
            "--publish", action="store_true", help="Publish each page as soon as it plays. Otherwise pages are drafts."
        )
        parser.add_argument("--json", action="store_true", help="One JSON object a line.")

    def handle(
        self,
        *args: Any,
        paths: list[str],
        orphans: bool,
        section: str,
        make_at: str | None,
        password_env: str | None,
        publish: bool,
        **options: Any,
    ) -> None:
        password = read_password(password_env)
        if orphans == bool(paths):
            raise CommandError("Name files or folders, or use --orphans in place of them.")
        if orphans and not (library_state := identity.state()).is_usable:
            raise CommandError(identity.describe(library_state))
        for path in paths:
            if not os.path.exists(path):
                raise CommandError(f"There is no file or folder {import_files.printable_path(path)}.")
        target, made_sections = section_at(section, make_at)
        if made_sections and not options["json"]:
            self.stdout.write(f"The section {target.url} was made.")
        found = made = wrong = 0
        names = list(library_orphans.sources()) if orphans else import_files.find_files(paths)
        import_one = import_orphan if orphans else import_files.import_file
        for name in names:
            outcome = import_one(name, section=target, password=password, publish=publish)
            found += 1
            made += outcome.is_new
            wrong += outcome.is_wrong
            self.stdout.write(as_json(outcome) if options["json"] else as_text(outcome))
            self.stdout.flush()
        if not options["json"]:
            self.stdout.write(summary(found, made, wrong))
        if wrong:
            raise CommandError(f"{wrong} of {found} files could not be imported.")


def section_at(address: str, make_at: str | None) -> tuple[VideoIndexPage, int]:
    """Return (VideoIndexPage at `address`, how many sections were made for it); see `--make-section` for `make_at`.

    Raises CommandError.
    """
    try:
        if make_at is None:
            return find_section(address), 0
        return make_section(address if make_at is AS_SECTION else make_at)
    except SectionAddressError as error:
        advice = "" if make_at else " Name one with --section, such as /videos/, or add --make-section."
        raise CommandError(f"{error}{advice}") from None


def read_password(variable: str | None) -> str:
    """Return the password in the environment `variable`, or "" if none is named. Raises CommandError."""
    if not variable:
        return ""
    # Not declared in site_config.environment.env: the operator chooses the name of this variable.
    password = os.environ.get(variable, "")
    if not password:
        raise CommandError(f"The environment variable {variable} is empty or not set.")
    try:
        passwords.validate_password(password)
    except ValidationError as error:
        raise CommandError(f"The password in {variable} can't be used. {' '.join(error.messages)}") from None
    return password


def as_json(outcome: ImportResult) -> str:
    """Return the line for programs."""
    page = outcome.page
    line = {
        "path": import_files.printable_path(outcome.path),
        "uuid": str(page.uuid) if page else None,
        "url": page.url if page else None,
        "state": outcome.state,
        "reason": outcome.reason,
    }
    return json.dumps(line, ensure_ascii=False)


def as_text(outcome: ImportResult) -> str:
    """Return the line for people: `as_json` is for programs."""
    line = f"{outcome.state:<10} {import_files.printable_path(outcome.path)}"
    if outcome.page:
        line += f"  {outcome.page.url or '(no address)'}"
    return f"{line}\n{'':10} {outcome.reason}" if outcome.reason else line


def summary(found: int, made: int, wrong: int) -> str:
    """Return the last line of the output: the numbers of new pages and of known files."""
    if not found:
        return "No video was found there."
    line = ngettext("%(count)d page was made.", "%(count)d pages were made.", made) % {"count": made}
    skipped = found - made - wrong
    if skipped:
        line += f" {skipped} were in the library already."
    return f"{line} {HOW_TO_PROCESS}" if made else line
