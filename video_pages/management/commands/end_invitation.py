"""End an invitation and all access that it has given."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from video_pages.access.invitations import end_invitation
from video_pages.access.invitations.models import Invitation


class Command(BaseCommand):
    help = "End an invitation. What it has opened ends within two seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="The id that create_invitation and invitations print.")

    def handle(self, *args: Any, **options: Any) -> None:
        invitation = Invitation.objects.filter(pk=options["id"]).first()
        if invitation is None:
            raise CommandError(f"There is no invitation {options['id']}.")
        is_ended = end_invitation(invitation)
        self.stdout.write("The invitation has ended." if is_ended else "The invitation was ended before.")
