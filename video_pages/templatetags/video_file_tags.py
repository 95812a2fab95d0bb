"""Tags about video files, for the screens of the admin."""

from typing import Any

from django import template
from django.db.models import QuerySet
from django.template import Context
from wagtail.models import Collection

from video_pages.library.models import VideoFile
from video_pages.sections.collections import file_collections_of
from video_pages.wagtail_admin.video import files

register = template.Library()


@register.inclusion_tag("video_pages/admin/video/processing_facts.html", takes_context=True)
def video_file_facts(context: Context, video_file: VideoFile) -> dict[str, Any]:
    """Show the state, duration, size and codecs of a video file, and the warnings about it."""
    return files.facts(video_file, context["request"].user)


@register.simple_tag(takes_context=True)
def own_collections(context: Context) -> QuerySet[Collection] | None:
    """Return the collections with video files that the user may choose; None if there are fewer than two."""
    own = file_collections_of(context["request"].user)
    return own if own.count() > 1 else None
