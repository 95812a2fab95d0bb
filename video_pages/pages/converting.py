"""Keep private what was an alias of a private page, which had the restrictions of its source, or is a copy of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from wagtail.models import Page, PageViewRestriction


@contextmanager
def kept_private(alias: Page, user: User | AnonymousUser | None) -> Iterator[None]:
    """Give `alias`, which the block makes a page of its own, the restrictions that it loses by this; one transaction.

    Those of the pages above its source are among them, because lists and the gate have asked these, too.
    """
    with transaction.atomic():
        before = _restrictions(alias)
        yield
        _restrict(Page.objects.get(pk=alias.pk), before, user)


def restrict_copies(page: Page, copy: Page, user: User | AnonymousUser | None) -> None:
    """Give `copy` of `page`, and each page copied with it, the restrictions of its original that it does not have.

    Wagtail gives those of `page` itself alone to all of them. The copies have the order of their originals.
    """
    if copy.alias_of_id or not PageViewRestriction.objects.exists():
        return  # an alias asks its source
    copies = Page.objects.filter(pk=copy.pk)
    originals = Page.objects.filter(pk=page.pk)
    if copy.get_descendant_count():
        copies, originals = (each.get_descendants(inclusive=True).order_by("path") for each in (copy, page))
    before = [_restrictions(original) for original in originals]
    for each, restrictions in zip(copies, before, strict=True):
        _restrict(each, restrictions, user)


def _restrict(page: Page, wanted: set[tuple[str, str, tuple[int, ...]]], user: User | AnonymousUser | None) -> None:
    """Give `page` those of the restrictions `wanted` that do not apply to it."""
    for kind, password, groups in sorted(wanted - _restrictions(page)):
        restriction = PageViewRestriction(page=page, restriction_type=kind, password=password)
        restriction.save(user=user)
        restriction.groups.set(groups)


def _restrictions(page: Page) -> set[tuple[str, str, tuple[int, ...]]]:
    """Return (type, password, ids of groups) of each restriction on `page` and on the pages that it follows."""
    found = set()
    each: Any = page
    while each is not None:
        for row in Page.get_view_restrictions(each).prefetch_related("groups"):
            found.add((row.restriction_type, row.password, tuple(sorted(group.pk for group in row.groups.all()))))
        each = each.alias_of
    return found
