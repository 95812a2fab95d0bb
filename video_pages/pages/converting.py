"""Keep a page private that is an alias no longer: as one, it had Wagtail's restrictions of its source."""

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
        page = Page.objects.get(pk=alias.pk)
        for kind, password, groups in sorted(before - _restrictions(page)):
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
