"""Move files to the collection of their video's section, when the video moves or the section gets another collection.

Otherwise the editors of the former section could still watch, replace and delete the file.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, ReferenceIndex
from wagtail.search import index

from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.sections.collections import collection_of

IN_DRAFT = KeyTextTransform("video_file", "latest_revision__content")


def relocate_after_move(page: Page, parent_before: Page, parent_after: Page) -> None:
    """Move the files of the videos at or below `page`, which moved from one parent page to another."""
    names_its_own = VideoIndexPage.objects.filter(pk=page.pk, collection__isnull=False).exists()
    if parent_before.pk != parent_after.pk and not names_its_own:
        before, after = (collection_of(Page.objects.get(pk=parent.pk)) for parent in (parent_before, parent_after))
        relocate_files(page, before=before, after=after)


def relocate_files(top: Page, *, before: Collection | None, after: Collection | None) -> None:
    """Move the files that only videos at or below the page `top` show into the Collection `after`.

    `before` and `after` are the collections of the section, None where no section names one. If `after` is given, all
    these files move into it; otherwise those in `before` move to the root. Files of sections below that name a
    collection of their own stay. A file that a video elsewhere shows too, live or in its draft, stays.
    """
    if before == after:
        return
    videos = _videos_of(top)
    target = after or Collection.get_first_root_node()
    for model, ids in ((VideoFile, _own_files(videos)), (get_image_model(), _own_thumbnails(videos))):
        rows = model.objects.filter(pk__in=ids)
        if after:  # files in its subcollections stay there
            rows = rows.exclude(collection__in=after.get_descendants(inclusive=True))
        elif before:
            rows = rows.filter(collection__in=before.get_descendants(inclusive=True))
        moved = list(rows.values_list("pk", flat=True))
        model.objects.filter(pk__in=moved).update(collection=target)
        # The search index holds the collection of each object.
        for row in model.objects.filter(pk__in=moved):
            index.insert_or_update_object(row)


def _videos_of(top: Page) -> set[int]:
    """Return the ids of the videos below `top` that share its collection. Aliases show the files of their sources."""
    below = VideoIndexPage.objects.filter(path__startswith=top.path, depth__gt=top.depth, collection__isnull=False)
    apart = tuple(below.values_list("path", flat=True))
    videos = VideoPage.objects.filter(path__startswith=top.path, alias_of=None).values_list("pk", "path")
    return {pk for pk, path in videos if not path.startswith(apart)}


def _own_files(videos: set[int]) -> set[int]:
    """Return the ids of the video files that only these videos show, live or in their drafts."""
    shown = VideoPage.objects.filter(pk__in=videos).values_list("video_file", IN_DRAFT)
    files = {int(pk) for pair in shown for pk in pair if pk}
    others = VideoPage.objects.filter(alias_of=None).exclude(pk__in=videos)
    drafts = others.annotate(drafted=IN_DRAFT).filter(drafted__in=[str(pk) for pk in files])
    elsewhere = set(others.filter(video_file__in=files).values_list("video_file", flat=True))
    return files - elsewhere - {int(pk) for pk in drafts.values_list("drafted", flat=True)}


def _own_thumbnails(videos: set[int]) -> set[int]:
    """Return the ids of the thumbnails of these videos to which no other page or snippet refers."""
    images = set(VideoPage.objects.filter(pk__in=videos).exclude(thumbnail=None).values_list("thumbnail", flat=True))
    named = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(get_image_model()),
        to_object_id__in=[str(pk) for pk in images],
    )
    ours = Q(base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(pk) for pk in videos])
    return images - {int(pk) for pk in named.exclude(ours).values_list("to_object_id", flat=True)}
