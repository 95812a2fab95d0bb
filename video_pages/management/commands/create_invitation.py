"""Make an invitation to a video or a section, and print its password or link once."""

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from video_pages.access.invitations import create_invitation
from video_pages.access.invitations.by_mail.bindings import is_bound, shown_binding
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.tokens import link_path
from video_pages.pages.addresses import PageAddressError, find_page
from video_pages.pages.embed_code import root_address


class Command(BaseCommand):
    help = "Make an invitation and print its secret, the password or the link. It is stored nowhere else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--for",
            dest="page",
            required=True,
            metavar="PATH|UUID",
            help="The address of a video or section, such as /videos/, or the uuid of a video.",
        )
        parser.add_argument("--kind", required=True, choices=Invitation.Kind.values)
        parser.add_argument("--label", required=True, help="Who is invited.")
        for name, meaning in (("opens", "opens"), ("ends", "ends")):
            parser.add_argument(
                f"--{name}",
                type=moment,
                metavar="ISO",
                help=f"When it {meaning}, such as 2030-05-01T18:00; without an offset in the time zone of the site.",
            )
        for name, meaning in (
            ("window-hours", "Hours in which each viewer may watch, from the first playback."),
            ("viewers", "The most browsers that may play."),
            ("at-once", "The most browsers that may play at the same time."),
        ):
            parser.add_argument(f"--{name}", type=int, metavar="N", help=meaning)
        parser.add_argument(
            "--mail-to",
            default="",
            metavar="ADDRESS|DOMAIN",
            help="Only for this mail address, or for those of this domain: it opens with a code that comes by mail.",
        )
        parser.add_argument("--download", action="store_true", help="Allow downloads.")
        parser.add_argument("--json", action="store_true", help="One JSON object.")

    def handle(self, *args: Any, page: str, kind: str, label: str, **options: Any) -> None:
        try:
            found = find_page(page)
            invitation, secret = create_invitation(
                found,
                kind=kind,
                label=label,
                opens_at=options["opens"],
                ends_at=options["ends"],
                window_hours=options["window_hours"],
                most_viewers=options["viewers"],
                at_once=options["at_once"],
                allows_download=options["download"],
                mail_to=options["mail_to"],
            )
        except PageAddressError as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError(f"No invitation was made. {' '.join(error.messages)}") from None
        _site, _root, page_path = found.get_url_parts() or (None, None, "")
        root = root_address(found) or settings.WAGTAILADMIN_BASE_URL.rstrip("/")
        url = root + (link_path(secret) if kind == Invitation.Kind.LINK else page_path)
        if options["json"]:
            bound = {"mail_to": shown_binding(invitation)} if is_bound(invitation) else {}
            self.stdout.write(
                json.dumps({"id": invitation.pk, "secret": secret, "url": url, **bound}, ensure_ascii=False)
            )
        else:
            password = "" if kind == Invitation.Kind.LINK else f"  {secret}"
            self.stdout.write(f"{invitation.pk}  {url}{password}")


def moment(text: str) -> dt.datetime:
    """Return the moment (aware) that `text` in ISO 8601 means; a date alone is its beginning. Raises ValueError."""
    found = parse_datetime(text)
    if found is None:
        day = parse_date(text)
        if day is None:
            raise ValueError(text)
        found = dt.datetime.combine(day, dt.time())
    return found if timezone.is_aware(found) else timezone.make_aware(found)
