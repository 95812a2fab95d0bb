"""Files follow their videos: into the collection of the section that a video moves to, or that a section is given.

Otherwise the editors of the section that a video has left could still watch, replace and delete its film.
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


def follow_move(page, parent_before, parent_after):
    """Let the files of the videos at or below `page` follow it from one parent page to another."""
    names_its_own = VideoIndexPage.objects.filter(pk=page.pk, collection__isnull=False).exists()
    if parent_before.pk != parent_after.pk and not names_its_own:
        before, after = (collection_of(Page.objects.get(pk=parent.pk)) for parent in (parent_before, parent_after))
        bring_files(page, before=before, after=after)


def bring_files(top, *, before, after):
    """Put what only the videos at or below the page `top` show into the Collection `after`, where they belong now.

    `before` is where they belonged; None stands for no collection of any section. Into a named one all of them go,
    without one those that lie in `before` go to the root. Sections that name a collection of their own keep their
    files there. A file that a video elsewhere shows too, live or in its draft, stays.
    """
    if before == after:
        return
    videos = _videos_of(top)
    target = after or Collection.get_first_root_node()
    for model, ids in ((VideoFile, _own_files(videos)), (get_image_model(), _own_thumbnails(videos))):
        rows = model.objects.filter(pk__in=ids)
        if after:  # what is sorted within it stays sorted
            rows = rows.exclude(collection__in=after.get_descendants(inclusive=True))
        else:
            rows = rows.filter(collection__in=before.get_descendants(inclusive=True))
        moved = list(rows.values_list("pk", flat=True))
        model.objects.filter(pk__in=moved).update(collection=target)
        # What a search engine knows of them, their collection included, is told anew.
        for row in model.objects.filter(pk__in=moved):
            index.insert_or_update_object(row)


def _videos_of(top):
    """The ids of the videos below `top` whose files belong where its own do. Aliases show others' files."""
    below = VideoIndexPage.objects.filter(path__startswith=top.path, depth__gt=top.depth, collection__isnull=False)
    apart = tuple(below.values_list("path", flat=True))
    videos = VideoPage.objects.filter(path__startswith=top.path, alias_of=None).values_list("pk", "path")
    return {pk for pk, path in videos if not path.startswith(apart)}


def _own_files(videos):
    """The ids of the video files that these videos show, or their drafts, and no others."""
    shown = VideoPage.objects.filter(pk__in=videos).values_list("video_file", IN_DRAFT)
    files = {int(pk) for pair in shown for pk in pair if pk}
    others = VideoPage.objects.filter(alias_of=None).exclude(pk__in=videos)
    drafts = others.annotate(drafted=IN_DRAFT).filter(drafted__in=[str(pk) for pk in files])
    elsewhere = set(others.filter(video_file__in=files).values_list("video_file", flat=True))
    return files - elsewhere - {int(pk) for pk in drafts.values_list("drafted", flat=True)}


def _own_thumbnails(videos):
    """The ids of the images that are thumbnails of these videos, and that no other page or snippet names."""
    images = set(VideoPage.objects.filter(pk__in=videos).exclude(thumbnail=None).values_list("thumbnail", flat=True))
    named = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(get_image_model()),
        to_object_id__in=[str(pk) for pk in images],
    )
    ours = Q(base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(pk) for pk in videos])
    return images - {int(pk) for pk in named.exclude(ours).values_list("to_object_id", flat=True)}
