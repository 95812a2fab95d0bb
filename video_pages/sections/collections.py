"""The collections of sections and of new files.

wagtailmedia's permissions go by collection, those of pages by the page tree. A section that names a collection connects
the two: its editors may use the files of that collection, and no others.
"""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Collection, Page
from wagtail.permissions import policy_registry

from video_pages.access.guard import prefixes
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage


def collections_of(sections: Iterable[VideoIndexPage]) -> dict[int, int | None]:
    """Return {section id: id of the collection that it or the nearest section above it names, or None}; one query."""
    sections = list(sections)
    above = {path for section in sections for path in prefixes(section.path)}
    named = VideoIndexPage.objects.filter(path__in=above, collection__isnull=False)
    by_path = dict(named.values_list("path", "collection_id"))
    found = {}
    for section in sections:
        paths = [path for path in prefixes(section.path) if path in by_path]
        found[section.pk] = by_path[paths[-1]] if paths else None
    return found


def collection_of(section: Page) -> Collection | None:
    """Return the Collection that `section` or the nearest section above it names, or None."""
    return Collection.objects.filter(pk=collections_of([section])[section.pk]).first()


def collection_for(user: User | None, model: type[Model], section: VideoIndexPage | None = None) -> Collection | None:
    """Return the collection for a new `model` of `user` (None: an operator): that of `section`, if one is named.

    Otherwise the root, or the first collection that the user may add to. None if there is no such collection.
    """
    named = collection_of(section) if section is not None else None
    if user is None:
        return named or Collection.get_first_root_node()
    addable = policy_registry.get_by_type(model).collections_user_has_permission_for(user, "add")
    if named is not None:
        return addable.filter(pk=named.pk).first()
    return addable.order_by("path").first()


def waiting_collection(user: User, section: VideoIndexPage | None = None) -> Collection | None:
    """Return the collection in which a new video file of `user` waits for its page, or None if they may add none.

    For an editor of several separate sections it is a collection that the editors of no section see: the file moves to
    the collection of its section when its page is made.
    """
    if section is not None and (named := collection_for(user, VideoFile, section)):
        return named
    policy = policy_registry.get_by_type(VideoFile)
    addable = list(policy.collections_user_has_permission_for(user, "add").order_by("path"))
    if not addable or all(each.path.startswith(addable[0].path) for each in addable):
        return addable[0] if addable else None
    return _separate_collection()


def _separate_collection() -> Collection:
    """Return the collection for files whose section is not known yet; make it if it is missing."""
    root = Collection.get_first_root_node()
    with translation.override(settings.LANGUAGE_CODE):
        name = gettext("Uploads that wait for their page")
    return root.get_children().filter(name=name).first() or root.add_child(name=name)


def sections_for_pages(user: User | AnonymousUser) -> QuerySet[VideoIndexPage]:
    """Return the sections in which `user` may add pages, in the order of the page tree."""
    addable = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "add")
    return VideoIndexPage.objects.filter(pk__in=addable.values("pk"), alias_of=None).order_by("path")


def collections_below_root(user: User) -> QuerySet[Collection]:
    """Return the collections that `user` may name for the files of a section, without the root."""
    addable = policy_registry.get_by_type(Collection).instances_user_has_permission_for(user, "add")
    return addable.filter(depth__gt=1).order_by("path")


def file_collections_of(user: User | AnonymousUser) -> QuerySet[Collection]:
    """Return the collections in which `user` may add or change video files."""
    return policy_registry.get_by_type(VideoFile).collections_user_has_any_permission_for(user, ["add", "change"])


def sections_for(user: User | AnonymousUser) -> QuerySet[VideoIndexPage]:
    """Return the sections in which `user` may add a video and its file, in the order of the page tree."""
    sections = sections_for_pages(user)
    collections = policy_registry.get_by_type(VideoFile).collections_user_has_permission_for(user, "add")
    may_add = set(collections.values_list("pk", flat=True))
    named = collections_of(sections)
    refused = [pk for pk, collection in named.items() if collection not in may_add and (collection or not may_add)]
    return sections.exclude(pk__in=refused) if refused else sections
