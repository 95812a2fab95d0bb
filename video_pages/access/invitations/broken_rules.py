"""Find the invitations that the rules of today forbid, in the database: `RuleBook.breaches_of` judges one.

Of several rules the strictest counts, so an invitation breaks the rules if it breaks those of any site or section above
its page.
"""

import datetime as dt
from typing import Any

from django.db.models import DurationField, Exists, ExpressionWrapper, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Greatest, Length, Substr, TruncDate
from django.utils import timezone

from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.rule_models import InvitationSettings, SectionInvitationRules

ROOTS: dict[Any, str] = {InvitationSettings: "site__root_page__path", SectionInvitationRules: "section__path"}
"""{model of rules: the tree path of the page from which on they apply}."""


def breaking_rules(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Filter `invitations` for those that break a rule of today. The number of queries is that of `invitations`."""
    zone = timezone.get_default_timezone()
    begin = Greatest(Coalesce("opens_at", "created_at"), "created_at")
    days = TruncDate("ends_at", tzinfo=zone) - TruncDate(begin, tzinfo=zone)
    judged = invitations.alias(
        judged_path=Coalesce("video__path", "section__path"),
        judged_days=ExpressionWrapper(days, output_field=DurationField()),
    )
    broken: Any = Q(pk__in=[])
    for model, root in ROOTS.items():
        above = model.objects.filter(**{root: Substr(OuterRef("judged_path"), 1, Length(root))})
        # Django multiplies a duration by the plain kind of integers alone.
        day, count = Value(dt.timedelta(days=1)), Cast("longest_days", IntegerField())
        longest = ExpressionWrapper(count * day, output_field=DurationField())
        limited = above.filter(longest_days__gt=0).alias(longest=longest)
        few = above.filter(most_at_once__gt=0)
        broken |= Q(ends_at=None) & (Exists(above.filter(must_end=True)) | Exists(limited))
        broken |= Exists(limited.filter(longest__lt=OuterRef("judged_days")))
        broken |= Q(at_once=None) & Exists(few)
        broken |= Exists(few.filter(most_at_once__lt=OuterRef("at_once")))
        broken |= Q(allows_download=True) & Exists(above.filter(no_downloads=True))
    return judged.filter(broken)
