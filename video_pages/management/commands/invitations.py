"""List all invitations and what became of them; secrets are not known any more."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from video_pages.access.invitations.by_mail.bindings import is_bound, shown_binding
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.states import invitation_state
from video_pages.analytics.invitations import watched_percent
from video_pages.core import clock


class Command(BaseCommand):
    help = "Print a line for each invitation, the newest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="One JSON object a line.")

    def handle(self, *args: Any, **options: Any) -> None:
        now, found = clock.now(), list(Invitation.objects.order_by("-created_at", "-pk"))
        percents = watched_percent(each.pk for each in found)
        for each in found:
            line = {
                "id": each.pk,
                "label": each.label,
                "kind": each.kind,
                "state": invitation_state(each, now).value,
                "uses": each.uses,
                "first_played_at": each.first_played_at.isoformat() if each.first_played_at else None,
                "last_used_at": each.last_used_at.isoformat() if each.last_used_at else None,
                "watched_percent": percents.get(each.pk, 0),
            }
            if is_bound(each):
                line["mail_to"] = shown_binding(each)
            self.stdout.write(json.dumps(line, ensure_ascii=False) if options["json"] else as_text(line))


def as_text(line: dict[str, Any]) -> str:
    """Return the line for people."""
    played = f"{line['uses']} viewers, {line['watched_percent']}% watched"
    played += f", by mail code ({line['mail_to']})" if "mail_to" in line else ""
    return f"{line['id']:>6}  {line['state']:<8}  {line['kind']:<8}  {line['label']}  {played}"
