"""Files, images and links to pages that belong to another section than the page which has them.

What a page has in its row or in its latest revision is its own: its editors see it, and may save it again. Everything
else, typed into a form or taken from an earlier revision, counts only if the editor may use it now. Choosers check
permissions, but an editor can post any id.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import ForeignKey, Model, QuerySet
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page

from video_pages.library.models import VideoFile
from video_pages.pages.image_permissions import images_visible_to
from video_pages.pages.permissions import hidden_pages, may_use
from video_pages.pages.rich_text import linked_pages, without_links


def saved_values(page: Model, name: str) -> list[Any]:
    """Return what the page in the database and its latest revision have in the field `name`: ids, texts or None.

    `page` may be an object without revisions, too. Values that were set on it do not count. An earlier revision does
    not count either: when it was saved, the page may have been in another section.
    """
    saved = type(page)._default_manager.filter(pk=page.pk).first()
    if saved is None:
        return []
    latest = getattr(saved, "latest_revision", None)
    field: Any = saved._meta.get_field(name)
    in_row = field.value_from_object(saved)
    return [in_row, latest.content.get(name)] if latest else [in_row]


def is_foreign(page: Model, name: str, value: Model, user: User | AnonymousUser | None) -> bool:
    """Return whether `value` is an image or a video file that `user` may not use, and `page` does not have it yet."""
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


def without_foreign_blocks(
    page: Model, name: str, value: StreamValue, user: User | AnonymousUser | None
) -> StreamValue:
    """Return `value`, of the stream field `name` of `page`, without the blocks that show what `user` may not use.

    These are images and links to pages that `page` does not have yet. A page that does not exist counts, as in
    `foreign_links`. Without any such block, `value` itself is returned.
    """
    field: Any = type(page)._meta.get_field(name)
    known = {shown for saved in saved_values(page, name) if saved for shown in _shown_in(field.to_python(saved))}
    children = [(child, set(_shown_in([child])) - known) for child in value]
    foreign = _foreign({shown for _child, new in children for shown in new}, user)
    if not foreign:
        return value
    kept = [(child.block_type, child.value, child.id) for child, new in children if not new & foreign]
    return StreamValue(value.stream_block, kept)


def _shown_in(children: Iterable[Any]) -> Iterator[tuple[type[Model], str]]:
    """Yield (Page or the class of images, id) of each page and image that blocks of a stream show or link to."""
    for child in children:
        for model, pk, *_paths in child.block.extract_references(child.value):
            for kind in (Page, get_image_model()):
                if issubclass(model, kind):
                    yield kind, str(pk)


def _foreign(shown: set[tuple[type[Model], str]], user: User | AnonymousUser | None) -> set[tuple[type[Model], str]]:
    """Return those of `shown`, pairs of `_shown_in`, that `user` may not use, or that do not exist."""
    if not shown:
        return set()
    images = images_visible_to(user) if user is not None else get_image_model().objects.none()
    usable: dict[type[Model], QuerySet[Any]] = {
        Page: Page.objects.exclude(pk__in=hidden_pages(user).values("pk")),
        get_image_model(): images,
    }
    allowed = set()
    for kind, rows in usable.items():
        ids = [pk for other, pk in shown if other is kind]
        allowed |= {(kind, str(pk)) for pk in rows.filter(pk__in=ids).order_by().values_list("pk", flat=True)}
    return shown - allowed


def remove_foreign_content(page: Page, user: User | AnonymousUser, *, use_saved: bool = False) -> bool:
    """Take out of `page`, the object of an earlier revision, what is foreign to its editor `user`; True if any was.

    A foreign file or image becomes None, or with `use_saved` what the saved page has now. Foreign links become plain
    text. Links to deleted pages do so too, and do not count. A block with such an image or link is left out. The object
    is not saved.
    """
    found = False
    for field in page._meta.get_fields():
        if isinstance(field, RichTextField):
            text = getattr(page, field.name)
            links = foreign_links(text, user, saved=saved_values(page, field.name))
            setattr(page, field.name, without_links(text, links))
            found |= Page.objects.filter(pk__in=links).exists()
        elif isinstance(field, StreamField):
            blocks = getattr(page, field.name)
            kept = without_foreign_blocks(page, field.name, blocks, user)
            setattr(page, field.name, kept)
            found |= kept is not blocks
        elif isinstance(field, ForeignKey) and field.related_model in (VideoFile, get_image_model()):
            value = getattr(page, field.name)
            if value is not None and is_foreign(page, field.name, value, user):
                present = next(reversed(saved_values(page, field.name)), None) if use_saved else None
                setattr(page, field.name, field.related_model._default_manager.filter(pk=present).first())
                found = True
    return found
