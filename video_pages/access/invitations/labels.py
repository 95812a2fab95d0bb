"""The labels that invitations show over the picture. They deter from passing a film on; they protect nothing."""

from collections.abc import Iterable

from video_pages.access.access_rows import AccessRow
from video_pages.access.invitations.models import Invitation


def labels_over_pictures(rows: Iterable[AccessRow | None]) -> dict[int, str]:
    """Return {id of the access row: label} for those of `rows` whose invitation shows its label.

    One query; none if no row is of an invitation.
    """
    invited = {row.id: row.invited.id for row in rows if row is not None and row.invited is not None}
    if not invited:
        return {}
    shown = Invitation.objects.filter(pk__in=set(invited.values()), shows_label=True)
    labels = dict(shown.values_list("pk", "label"))
    return {row_id: labels[pk] for row_id, pk in invited.items() if pk in labels}


def label_over_picture(invitation_id: int | None) -> str:
    """Return the label that the invitation with `invitation_id` shows over the picture, or ""; no query for None."""
    if invitation_id is None:
        return ""
    shown = Invitation.objects.filter(pk=invitation_id, shows_label=True)
    return shown.values_list("label", flat=True).first() or ""
