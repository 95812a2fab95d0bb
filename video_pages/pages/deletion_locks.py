"""Lock pages before they are deleted, so that what visitors write about them meanwhile is deleted with them.

Django reads what a deletion takes along before it deletes anything. A row that another transaction stores after that
names a page that is gone: the database then refuses the whole deletion at its end. Others lock in this order: views,
pages from the top, invitations.
"""

from typing import Any

from django.db import connection
from wagtail.models import Page

from video_pages.access.models import VideoAccessSession
from video_pages.analytics import rollup

COLUMNS = ("section", "video")


def lock_for_deletion(page: Page) -> None:
    """Lock `page` and the pages below it until this transaction ends; SQLite has one lock for all writers."""
    if not connection.features.has_select_for_update:
        return
    rollup.lock_before_deletion(Page.objects.filter(path__startswith=page.path))
    for column in COLUMNS:
        model: Any = VideoAccessSession._meta.get_field(column).related_model
        below = model.objects.filter(path__startswith=page.path)
        list(below.select_for_update(of=("self",)).order_by("path").values_list("pk"))
