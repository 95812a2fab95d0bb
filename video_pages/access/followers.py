"""The pages that follow another one: its aliases and translations, and the aliases of these."""

from collections.abc import Iterable

from django.db.models import QuerySet
from wagtail.models import Page


def follower_ids(pages: Iterable[int] | QuerySet[Page]) -> list[int]:
    """Return the ids of all pages that follow one of `pages`, given by their ids; a query for each step."""
    followers: list[int] = []
    found: Iterable[int] | QuerySet[Page] = pages
    while True:
        # A loop of aliases, which no screen makes, ends too.
        aliases = Page.objects.filter(alias_of__in=found).exclude(pk__in=followers).order_by()
        found = list(aliases.values_list("pk", flat=True))
        if not found:
            return followers
        followers += found
