"""Lock pages before they are deleted, so that what visitors write about them meanwhile is deleted with them.

Django reads what a deletion takes along before it deletes anything. A row that another transaction stores after that
names a page that is gone: the database then refuses the whole deletion at its end. Others lock in this order: views,
pages from the top, invitations.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.query import PageQuerySet

from video_pages.access.invitations.models import Invitation
from video_pages.analytics import rollup

COLUMNS = ("section", "video")


def register() -> None:
    """Let each deletion of pages lock first, of whatever class and by whichever way: they all end in this method.

    Wagtail's editor, its bulk action and its API pass by the `delete` of a page's class.
    """
    delete = PageQuerySet.delete

    def delete_locked(pages: PageQuerySet, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            lock_for_deletion(pages)
            return delete(pages, *args, **kwargs)

    delete_locked.alters_data = delete_locked.queryset_only = True  # type: ignore[attr-defined]  # as Django's own
    PageQuerySet.delete = delete_locked


def lock_for_deletion(pages: QuerySet[Page]) -> None:
    """Lock `pages`, those below them and their invitations until this transaction ends.

    SQLite has one lock for all writers.
    """
    if not connection.features.has_select_for_update:
        return
    below = Q(pk__in=())
    for path in pages.order_by().values_list("path", flat=True):
        below |= Q(path__startswith=path)
    rollup.lock_before_deletion(Page.objects.filter(below))
    invited = Q()
    for column in COLUMNS:
        model: Any = Invitation._meta.get_field(column).related_model
        found = model.objects.filter(below)
        list(found.select_for_update(of=("self",)).order_by("path").values_list("pk"))
        invited |= Q(**{f"{column}__in": found.order_by().values("pk")})
    list(Invitation.objects.filter(invited).select_for_update().order_by("pk").values_list("pk"))
