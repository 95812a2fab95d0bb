"""Files, images and links to pages that belong to another section than the page which has them.

What a page has in its row or in one of its revisions is its own: its editors see it, and may save it again. Everything
else counts only if the editor may use it. Choosers check permissions, but an editor can post any id.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from wagtail.images import get_image_model
from wagtail.models import Page

from video_pages.library.models import VideoFile
from video_pages.pages.image_permissions import images_visible_to
from video_pages.pages.permissions import hidden_pages, may_use
from video_pages.pages.rich_text import linked_pages


def saved_values(page: Page, name: str) -> list[Any]:
    """Return what the page in the database and its revisions have in the field `name`: ids, texts or None.

    Values that were set on the object `page` do not count.
    """
    saved = type(page)._default_manager.filter(pk=page.pk).first()
    if saved is None:
        return []
    revisions = saved.revisions.order_by("pk").values_list(f"content__{name}", flat=True)
    return [saved._meta.get_field(name).value_from_object(saved), *revisions]


def is_foreign(page: Page, name: str, value: Model, user: User | AnonymousUser | None) -> bool:
    """True if `value` is an image or a video file that `user` may not use, and that `page` does not have already."""
    if isinstance(value, VideoFile):
        is_usable = may_use(value, user)
    elif isinstance(value, get_image_model()):
        is_usable = user is not None and images_visible_to(user).filter(pk=value.pk).exists()
    else:
        return False
    return not is_usable and value.pk not in saved_values(page, name)


def foreign_links(html: str, user: User | AnonymousUser | None, *, saved: list[str] | tuple[()] = ()) -> set[int]:
    """Return the ids of the pages that a text links to and that `user` does not see, or that do not exist.

    A link to a page that does not exist yet would tell its address later. Pages to which one of the texts `saved`
    links are left out.
    """
    new = linked_pages(html).difference(*(linked_pages(text or "") for text in saved))
    if not new:
        return set()
    shown = Page.objects.filter(pk__in=new).exclude(pk__in=hidden_pages(user).values("pk"))
    return new - set(shown.values_list("pk", flat=True))
