"""Making a video: the file's row, the page and the password together, or nothing at all."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model

from video_pages.access.models import Listed
from video_pages.ingest import publishing
from video_pages.library import services
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.sections.collections import collection_for
from video_pages.transcoding import jobs
from video_pages.uploads.files import discarded_unless_saved
from video_pages.uploads.tokens import mark_taken

FALLBACK_SLUG = "video"
"""For titles without a letter or digit that an address could hold."""
MAX_SLUG_LENGTH = 240
"""Wagtail's limit is 255; a number may have to follow."""
TAKEN = _("A page has been made of this file already.")


def create_video(
    *,
    section,
    title,
    upload=None,
    facts=None,
    video_file=None,
    user=None,
    password="",
    listed=Listed.EVERYWHERE,
    description="",
    thumbnail=None,
    tags=(),
    publish=False,
    publish_when_ready=False,
    sha256="",
    before=None,
):
    """Make a VideoFile and a VideoPage below `section` and have the file processed; return the page.

    `upload` is an open file with a name and a size, `facts` what the probe found in it, `sha256` its digest in
    hexadecimal if that is known; or `video_file` is there already and waits for its page. `thumbnail` is a file
    holding a picture, `tags` are names, `listed` says where the title shows, `before` is a video of the section that
    this one is put before instead of at the end. A page that is not published now may go live by itself, when it is
    ready to play. Without a `password` the section's opens the video, if there is one.
    Raises ValidationError for a password that may not be set, and (code "taken") for a `video_file` that another page
    has taken; then, and whenever anything fails, nothing is left behind.
    """
    if video_file is None:
        video_file = VideoFile(file=upload, uploaded_by_user=user, collection=None)
        services.describe_upload(video_file, upload)
        video_file.sha256 = sha256
        services.apply_facts(video_file, facts)
    video_file.title = title
    video_file.collection = collection_for(user, VideoFile, section) or video_file.collection
    image = _new_image(thumbnail, user, section) if thumbnail else None
    with discarded_unless_saved(video_file, *([image] if image else [])), transaction.atomic():
        # Locked, so that two videos that arrive at once get different slugs and places.
        section = VideoIndexPage.objects.select_for_update().get(pk=section.pk)
        if video_file.pk is None:
            video_file.save()
            jobs.submit(video_file)
        elif mark_taken(video_file):
            video_file.save(update_fields=["title", "collection"])
        else:
            raise ValidationError(TAKEN, code="taken")
        if image:
            image.save()
        page = VideoPage(
            title=title,
            slug=free_slug(section, title),
            owner=user,
            description=description,
            video_file=video_file,
            thumbnail=image,
            listed=listed,
            live=False,
            has_unpublished_changes=True,
        )
        page.tags.add(*tags)
        # Read again: other videos that came meanwhile may have moved it.
        following = VideoPage.objects.child_of(section).filter(pk=before.pk).first() if before else None
        if following:
            following.add_sibling("left", instance=page)
        else:
            section.add_child(instance=page)
        if password:
            page.set_password(password, user=user)
        revision = page.save_revision(user=user, log_action=True, clean=False)
        if publish:
            revision.publish(user=user)
            page.refresh_from_db()
        elif publish_when_ready:
            publishing.publish_when_ready(page, user=user)
            # An upload was processed while its page was being described: nothing else may come that publishes it.
            transaction.on_commit(lambda: publishing.publish_ready(video_file=video_file), robust=True)
    return page


def free_slug(section, title):
    """Return an address for a page called `title` that no page in `section` has."""
    base = slugify(title, allow_unicode=True)[:MAX_SLUG_LENGTH].strip("-_") or FALLBACK_SLUG
    slug, number = base, 1
    while not VideoPage._slug_is_available(slug, section):
        number += 1
        slug = f"{base}-{number}"
    return slug


def _new_image(picture, user, section):
    # Images are seen by others than pages are: the film's title stays with its page.
    image = get_image_model()(title=gettext("Thumbnail"), file=picture, uploaded_by_user=user)
    in_section = collection_for(user, get_image_model(), section)
    image.collection = in_section or collection_for(user, get_image_model())
    return image
