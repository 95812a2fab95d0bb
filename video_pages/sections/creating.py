"""Make a section: the page, its password and its publication together, or nothing."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.views.decorators.debug import sensitive_variables
from wagtail.models import Page

from video_pages.access.new_passwords import give_password, new_password
from video_pages.pages.models import VideoIndexPage
from video_pages.sections.addresses import free_slug

FALLBACK_SLUG = "section"
"""For titles without a letter or digit that an address could hold."""


@sensitive_variables("password")
def create_section(
    *,
    parent: Page,
    title: str,
    user: User,
    password: str = "",
    publish: bool = False,
    is_programme: bool = False,
) -> VideoIndexPage:
    """Make a section called `title` below `parent`, owned by `user`; return it. Rights are not checked.

    It is a draft unless `publish`. Raises ValidationError for a `title` or `password` that can't be used; then and on
    any other error nothing is made. Raises HashingBusy.
    """
    hashed = new_password(password)
    with transaction.atomic():
        # Locked, so that two sections that are made at once get different slugs.
        above: Any = Page.objects.select_for_update().get(pk=parent.pk).specific
        section = VideoIndexPage(
            title=title,
            slug=free_slug(VideoIndexPage, title, above, fallback=FALLBACK_SLUG),
            owner=user,
            live=False,
            has_unpublished_changes=True,
            show_in_menus=True,
            is_programme=is_programme,
        )
        above.add_child(instance=section)
        give_password(section, hashed, user=user)
        revision = section.save_revision(user=user, log_action=True, clean=False)
        if publish:
            revision.publish(user=user)
            section.refresh_from_db()
    return section
