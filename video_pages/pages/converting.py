"""Keep private what was an alias of a private page, which had the restrictions of its source, or is a copy of one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from wagtail.models import Page, PageViewRestriction

Restriction = tuple[str, str, tuple[int, ...]]
"""Type, password and ids of the groups, in their order."""


@contextmanager
def kept_private(alias: Page, user: User | AnonymousUser | None) -> Iterator[None]:
    """Give `alias`, which the block makes a page of its own, the restrictions that it loses by this; one transaction.

    Those of the pages above its source are among them, because lists and the gate have asked these, too.
    """
    with transaction.atomic():
        before = restrictions_below(alias)
        yield
        restrict_like(before, Page.objects.get(pk=alias.pk), user)


def restrictions_below(page: Page) -> dict[str, set[Restriction]]:
    """Return the restrictions that hold for `page` and each page below it, by the slugs between: "" is `page` itself.

    Those of the source of an alias hold for it as well.
    """
    return {place: restrictions for _pk, _path, place, restrictions in _tree(page)}


def restrict_like(before: dict[str, set[Restriction]], page: Page, user: User | AnonymousUser | None) -> None:
    """Give `page` and each page below it what `before`, of `restrictions_below`, has for its place and it has not.

    An alias is left out: it asks its source.
    """
    if page.alias_of_id or not any(before.values()):
        return
    given = dict[str, set[Restriction]]()
    for pk, path, place, present in _tree(page):
        above = given.get(path[: -Page.steplen], set())
        missing = before.get(place, set()) - present - above
        for kind, password, groups in sorted(missing):
            restriction = PageViewRestriction(page_id=pk, restriction_type=kind, password=password)
            restriction.save(user=user)
            restriction.groups.set(groups)
        given[path] = above | missing


def _tree(page: Page) -> list[tuple[int, str, str, set[Restriction]]]:
    """Return (id, tree path, slugs below `page`, restrictions) of `page` and of each page below it, parents first.

    Four queries, and one for each step from an alias to an alias; one if the site has no restriction: then the list is
    empty.
    """
    rows = [
        (row.page.path, (row.restriction_type, row.password, tuple(sorted(group.pk for group in row.groups.all()))))
        for row in PageViewRestriction.objects.select_related("page").prefetch_related("groups")
    ]
    if not rows:
        return []
    columns = page.get_descendants(inclusive=True).order_by("path").values_list("pk", "path", "slug", "alias_of")
    pages = list(columns)
    sources = _sources(alias_of for *_others, alias_of in pages if alias_of)
    places, found = dict[str, str](), []
    for pk, path, slug, alias_of in pages:
        above = places.get(path[: -Page.steplen])
        places[path] = "" if above is None else f"{above}/{slug}"
        paths = [path]
        while alias_of:
            source_path, alias_of = sources[alias_of]
            paths.append(source_path)
        restrictions = {each for place, each in rows if any(every.startswith(place) for every in paths)}
        found.append((pk, path, places[path], restrictions))
    return found


def _sources(ids: Iterable[Any]) -> dict[int, tuple[str, int | None]]:
    """Return {id: (path, id of the page that it follows or None)} of the pages `ids` and of all that these follow."""
    found, asked = dict[int, tuple[str, int | None]](), set(ids)
    while asked:
        rows = Page.objects.filter(pk__in=asked).values_list("pk", "path", "alias_of")
        found |= {pk: (path, alias_of) for pk, path, alias_of in rows}
        asked = {alias_of for _path, alias_of in found.values() if alias_of} - found.keys()
    return found
