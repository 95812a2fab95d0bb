"""Make a video: the row of the file, the page and the password together, or nothing."""

import dataclasses
import enum
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from video_pages.access.models import Listed
from video_pages.access.new_passwords import give_password, new_password
from video_pages.ingest import companions, publishing
from video_pages.library import services, sources
from video_pages.library.models import VideoFile
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.sections import addresses
from video_pages.sections.collections import collection_for
from video_pages.transcoding import jobs
from video_pages.transcoding.facts import Facts
from video_pages.uploads.files import discarded_unless_saved
from video_pages.uploads.tokens import mark_taken

FALLBACK_SLUG = "video"
"""For titles without a letter or digit that an address could hold."""
TAKEN = _("A page has been made of this file already.")


def new_video_file(upload: UploadedFile, facts: Facts, *, user: User | None = None, sha256: str = "") -> VideoFile:
    """Return a VideoFile, not saved yet, of the open file `upload`.

    `facts` are the probe's, `sha256` is the digest of the file in hexadecimal if that is known.
    """
    video_file = VideoFile(file=upload, uploaded_by_user=user, collection=None)
    services.describe_upload(video_file, upload)
    video_file.sha256 = sha256
    services.apply_facts(video_file, facts)
    return video_file


class PublishMode(enum.Enum):
    """The moment in which a new page goes live."""

    AS_DRAFT = "as_draft"  # not by itself
    NOW = "now"
    WHEN_READY = "when_ready"  # when it is ready to play


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewVideo:
    """The page of a video that is to be made below `section`.

    `thumbnail` is an image file, `tags` are names, `listed` says where the title shows. `before` is a video of the
    section that follows the new one; without it the new one is the last. `captions` become text tracks of the file.
    Without a `password` the section's opens the video, if there is one.
    """

    section: VideoIndexPage
    title: str
    password: str = dataclasses.field(default="", repr=False)
    listed: str = Listed.EVERYWHERE
    description: str = ""
    thumbnail: File | None = None
    tags: Iterable[str] = ()
    publish: PublishMode = PublishMode.AS_DRAFT
    before: VideoPage | None = None
    captions: Iterable[companions.Captions] = ()


@sensitive_variables("new")
def create_video(new: NewVideo, video_file: VideoFile, *, user: User | None = None) -> VideoPage:
    """Make the VideoPage `new` that shows `video_file`; return it.

    `video_file` is a saved file that waits for its page, or one of `new_video_file`, which is saved and submitted for
    processing.
    Raises ValidationError for a password that may not be set, and (code "taken") for a `video_file` that has a page
    already, and HashingBusy. Then, and on any other error, no row and no file is left.
    """
    hashed = new_password(new.password)
    video_file.title = new.title
    video_file.collection = collection_for(user, VideoFile, new.section) or video_file.collection
    image = _new_image(new.thumbnail, user, new.section) if new.thumbnail else None
    unsaved = [video_file, image] if image else [video_file]
    with discarded_unless_saved(*unsaved), sources.new_sent(video_file), transaction.atomic():
        # Locked, so that two videos that are made at once get different slugs and places.
        section = VideoIndexPage.objects.select_for_update().get(pk=new.section.pk)
        _save_file(video_file)
        if image:
            image.save()
        companions.add_captions(video_file, new.captions)
        page = VideoPage(
            title=new.title,
            slug=free_slug(section, new.title),
            owner=user,
            description=new.description,
            video_file=video_file,
            thumbnail=image,
            listed=new.listed,
            live=False,
            has_unpublished_changes=True,
        )
        page.tags.add(*new.tags)
        _put_into_tree(page, section, new.before)
        give_password(page, hashed, user=user)
        _save_revision(page, new.publish, user=user)
    return page


def _save_file(video_file: VideoFile) -> None:
    """Save a new file and submit it for processing, or take one that waits. Raises ValidationError (code "taken")."""
    if video_file.pk is None:
        video_file.save()
        jobs.submit(video_file)
    elif mark_taken(video_file):
        video_file.save(update_fields=["title", "collection"])
    else:
        raise ValidationError(TAKEN, code="taken")


def _put_into_tree(page: VideoPage, section: VideoIndexPage, before: VideoPage | None) -> None:
    """Save the new `page` before the video `before` of the section, or as its last."""
    # Read again: videos that were added meanwhile may have moved it.
    following = VideoPage.objects.child_of(section).filter(pk=before.pk).first() if before else None
    if following:
        following.add_sibling("left", instance=page)
    else:
        section.add_child(instance=page)


def _save_revision(page: VideoPage, publish: PublishMode, *, user: User | None) -> None:
    """Save the first revision of `page`, and publish it now, later or not at all."""
    revision = page.save_revision(user=user, log_action=True, clean=False)
    if publish is PublishMode.NOW:
        revision.publish(user=user)
        page.refresh_from_db()
    elif publish is PublishMode.WHEN_READY:
        video_file = page.video_file
        publishing.publish_when_ready(page, user=user)
        # The file may be processed already, while its page was described: then no later event publishes the page.
        transaction.on_commit(lambda: publishing.publish_ready(video_file=video_file), robust=True)


def free_slug(section: VideoIndexPage, title: str) -> str:
    """Return a slug for a page called `title` that no page in `section` has."""
    return addresses.free_slug(VideoPage, title, section, fallback=FALLBACK_SLUG)


def _new_image(picture: File, user: User | None, section: VideoIndexPage) -> AbstractImage:
    # Other users may see the image than the page: so the image does not have the title of the video.
    image = get_image_model()(title=gettext("Thumbnail"), file=picture, uploaded_by_user=user)
    in_section = collection_for(user, get_image_model(), section)
    image.collection = in_section or collection_for(user, get_image_model())
    return image
