"""Titles that an editor sees of what opens a page: never one of a section that is neither theirs nor above the page.

The guard of an alias, or of a page below the alias of a section, may lie in a section of other editors.
"""

import dataclasses
from collections.abc import Collection, Mapping

from django.contrib.auth.models import AnonymousUser, User
from wagtail.models import Page

from video_pages.access.effective_access import EffectiveAccess, effective_access_of
from video_pages.core.page_protocols import LockablePage
from video_pages.pages.permissions import visible_ids

Accesses = Mapping[int, EffectiveAccess]
"""{page id: EffectiveAccess}."""


def with_visible_titles(pages: Collection[LockablePage], found: Accesses, user: User | AnonymousUser) -> Accesses:
    """Return `found` of `pages` for `user`: a guard that they do not get to see has the title "".

    No query for a superuser, or without a guard above a page; else one, and one more for guards that lie elsewhere.
    """
    guards = {page.pk: guard for page in pages if (guard := found[page.pk].guard) and guard.page_id != page.pk}
    if not guards or (user.is_active and user.is_superuser):
        return found
    above = Page.objects.filter(pk__in={guard.page_id for guard in guards.values()}).order_by()
    paths = dict(above.values_list("pk", "path"))
    elsewhere = {
        page.pk: guards[page.pk].page_id
        for page in pages
        if page.pk in guards and not page.path.startswith(paths.get(guards[page.pk].page_id, "nowhere"))
    }
    if not elsewhere:
        return found
    visible = visible_ids([Page(pk=pk) for pk in set(elsewhere.values())], user)
    hidden = {pk for pk, guard_id in elsewhere.items() if guard_id not in visible}
    return {pk: _without_title(access) if pk in hidden else access for pk, access in found.items()}


def visible_access_of(page: LockablePage, user: User | AnonymousUser) -> EffectiveAccess:
    """Return the EffectiveAccess of `page` for `user`; see `with_visible_titles`."""
    return with_visible_titles([page], {page.pk: effective_access_of(page)}, user)[page.pk]


def _without_title(access: EffectiveAccess) -> EffectiveAccess:
    guard = access.guard and dataclasses.replace(access.guard, title="")
    return dataclasses.replace(access, guard=guard)
