"""Making a video: the file's row, the page and the password together, or nothing at all."""

from django.db import transaction
from django.utils.text import slugify
from wagtail.images import get_image_model
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from video_pages.library import services
from video_pages.library.models import VideoFile
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.transcoding import jobs
from video_pages.uploads.files import discarded_unless_saved

FALLBACK_SLUG = "video"
"""For titles without a letter or digit that an address could hold."""
MAX_SLUG_LENGTH = 240
"""Wagtail's limit is 255; a number may have to follow."""


def create_video(
    *,
    section,
    title,
    upload,
    facts,
    user=None,
    password="",
    description="",
    thumbnail=None,
    publish=False,
):
    """Make a VideoFile and a VideoPage below `section` and have the file processed; return the page.

    `upload` is an open file with a name and a size, `facts` what the probe found in it, `thumbnail` a file
    holding a picture. Without a `password` the section's opens the video, if there is one. Raises
    ValidationError for a password that may not be set; then, and whenever anything fails, nothing is left
    behind.
    """
    video_file = VideoFile(title=title, file=upload, uploaded_by_user=user)
    video_file.collection = collection_for(user, VideoFile)
    services.describe_upload(video_file, upload)
    services.apply_facts(video_file, facts)
    image = _new_image(thumbnail, title, user) if thumbnail else None
    with discarded_unless_saved(video_file, *([image] if image else [])), transaction.atomic():
        # Locked, so that two videos that arrive at once get different slugs and places.
        section = VideoIndexPage.objects.select_for_update().get(pk=section.pk)
        video_file.save()
        jobs.submit(video_file)
        if image:
            image.save()
        page = VideoPage(
            title=title,
            slug=free_slug(section, title),
            owner=user,
            description=description,
            video_file=video_file,
            thumbnail=image,
            live=False,
            has_unpublished_changes=True,
        )
        section.add_child(instance=page)
        if password:
            page.set_password(password, user=user)
        revision = page.save_revision(user=user, log_action=True, clean=False)
        if publish:
            revision.publish(user=user)
            page.refresh_from_db()
    return page


def free_slug(section, title):
    """Return an address for a page called `title` that no page in `section` has."""
    base = slugify(title, allow_unicode=True)[:MAX_SLUG_LENGTH].strip("-_") or FALLBACK_SLUG
    slug, number = base, 1
    while not VideoPage._slug_is_available(slug, section):
        number += 1
        slug = f"{base}-{number}"
    return slug


def collection_for(user, model):
    """The collection for a new `model` of `user`: the root, or the first that the user may add to."""
    if user is None:
        return Collection.get_first_root_node()
    policy = policy_registry.get_by_type(model)
    return policy.collections_user_has_permission_for(user, "add").order_by("path").first()


def _new_image(picture, title, user):
    image = get_image_model()(title=title, file=picture, uploaded_by_user=user)
    image.collection = collection_for(user, get_image_model())
    return image
