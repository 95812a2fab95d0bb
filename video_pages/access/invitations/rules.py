"""The rules for invitations: of several that apply, the strictest counts; and what breaks them.

Making and changing an invitation check them. Those that were made before a rule stay as they are: the list of
invitations finds them.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.rule_models import InvitationSettings, RuleColumns, SectionInvitationRules
from video_pages.core.site_time import day_of, last_minute_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

Override = RuleColumns.Override
LEAST_TO_MOST = [Override.NOBODY, Override.ADMINISTRATORS, Override.EVERYBODY]
# A breach is named at a field; a change of any of these fields can cause it.
CAUSES = {"ends_at": {"ends_at", "opens_at"}, "at_once": {"at_once"}, "allows_download": {"allows_download"}}


@dataclasses.dataclass(frozen=True)
class Rules:
    """The rules that apply to the invitations of one page."""

    must_end: bool = False
    longest_days: int | None = None
    most_at_once: int | None = None
    no_downloads: bool = False
    override: Override = Override.EVERYBODY

    @classmethod
    def strictest(cls, rows: Iterable[RuleColumns]) -> Self:
        """Return the strictest of each rule in `rows`. A row without a rule forbids nobody to go against others."""
        rows = [row for row in rows if row.must_end or row.longest_days or row.most_at_once or row.no_downloads]
        overrides = [Override(row.override) for row in rows]
        return cls(
            must_end=any(row.must_end for row in rows),
            longest_days=min((row.longest_days for row in rows if row.longest_days), default=None),
            most_at_once=min((row.most_at_once for row in rows if row.most_at_once), default=None),
            no_downloads=any(row.no_downloads for row in rows),
            override=min(overrides, key=LEAST_TO_MOST.index, default=Override.EVERYBODY),
        )

    def may_override(self, user: "AbstractBaseUser | None") -> bool:
        """Return whether `user` may make an invitation against the rules; without a user nobody may."""
        if user is None or self.override == Override.NOBODY:
            return False
        return self.override == Override.EVERYBODY or bool(getattr(user, "is_superuser", False))

    def sentences(self) -> list[str]:
        """Return the rules as sentences for editors; [] if there are none."""
        found = []
        if self.longest_days is not None:
            text = ngettext("It lasts at most %(count)d day.", "It lasts at most %(count)d days.", self.longest_days)
            found.append(text % {"count": self.longest_days})
        elif self.must_end:
            found.append(_("It has to have an end."))
        if self.most_at_once is not None:
            text = ngettext(
                "At most %(count)d browser plays at once.",
                "At most %(count)d browsers play at once.",
                self.most_at_once,
            )
            found.append(text % {"count": self.most_at_once})
        if self.no_downloads:
            found.append(_("It allows no downloads."))
        return found

    def latest_end(self, begin: dt.datetime) -> dt.datetime | None:
        """Return the last minute at which an invitation that begins at `begin` may end; None without such a rule."""
        days = self.longest_days
        return None if days is None else last_minute_of(day_of(begin) + dt.timedelta(days=days))

    def breaches(self, invitation: Invitation) -> dict[str, str]:
        """Return {field: sentence} of what breaks the rules; {} if nothing does."""
        found = {}
        if invitation.ends_at is None:
            if self.must_end or self.longest_days is not None:
                found["ends_at"] = _("The rules here want an end.")
        elif self.longest_days is not None:
            begin = max(invitation.opens_at or invitation.created_at, invitation.created_at)
            # Days of the site, not of the editor: for whoever looks, an invitation breaks the rules or does not.
            days = (day_of(invitation.ends_at) - day_of(begin)).days
            if days > self.longest_days:
                text = ngettext(
                    "The rules here allow %(count)d day at most.",
                    "The rules here allow %(count)d days at most.",
                    self.longest_days,
                )
                found["ends_at"] = text % {"count": self.longest_days}
        if self.most_at_once is not None and (invitation.at_once is None or invitation.at_once > self.most_at_once):
            text = ngettext(
                "The rules here allow %(count)d browser at once at most.",
                "The rules here allow %(count)d browsers at once at most.",
                self.most_at_once,
            )
            found["at_once"] = text % {"count": self.most_at_once}
        if self.no_downloads and invitation.allows_download:
            found["allows_download"] = _("The rules here allow no downloads.")
        return found


class RuleBook:
    """All rules, read once with two queries, so that many invitations can be judged."""

    def __init__(self) -> None:
        sites = InvitationSettings.objects.select_related("site__root_page")
        sections = SectionInvitationRules.objects.select_related("section")
        self._rows: list[tuple[str, Any]] = [
            *((row.site.root_page.path, row) for row in sites),
            *((row.section.path, row) for row in sections),
        ]

    def rules_for(self, path: str) -> Rules:
        """Return the rules of the page with the tree path `path`."""
        return Rules.strictest(row for above, row in self._rows if path.startswith(above))

    def settings_for(self, path: str) -> InvitationSettings | None:
        """Return the settings of the site of the page with the tree path `path`, or None if it has none."""
        found = [(above, row) for above, row in self._rows if isinstance(row, InvitationSettings)]
        return max(
            (pair for pair in found if path.startswith(pair[0])), key=lambda pair: len(pair[0]), default=("", None)
        )[1]

    def breaches_of(self, invitation: Invitation) -> list[str]:
        """Return what breaks the rules of its page in `invitation`, whose page is read already, as sentences."""
        return list(self.rules_for(invitation.page.path).breaches(invitation).values())


def enforce_rules(
    invitation: Invitation,
    path: str,
    *,
    user: "AbstractBaseUser | None",
    overrides: bool = False,
    changed: Iterable[str] | None = None,
    book: RuleBook | None = None,
) -> None:
    """Raise ValidationError if `invitation` breaks the rules of its page, at the tree path `path`.

    `overrides`: `user` wants to go against them. `changed`: of a change, the fields; what it leaves is not judged.
    `book`: the rules, read before for many invitations; two queries without it.
    """
    rules = (book or RuleBook()).rules_for(path)
    if overrides and rules.may_override(user):
        return
    found = rules.breaches(invitation)
    if changed is not None:
        names = set(changed)
        found = {field: text for field, text in found.items() if CAUSES[field] & names}
    if found:
        raise ValidationError({field: [text] for field, text in found.items()})
