"""What the admin's screens show of a video file."""

from django import template
from wagtail.permissions import policy_registry

from video_pages.library.models import VideoFile
from video_pages.wagtail_admin.video import files

register = template.Library()


@register.inclusion_tag("video_pages/admin/processing_facts.html", takes_context=True)
def video_file_facts(context, video_file):
    """Show state, length, size and codecs of a video file, and what an editor should know of it."""
    return files.facts(video_file, context["request"].user)


@register.simple_tag(takes_context=True)
def own_collections(context):
    """Return the collections with video files that the user may choose, or None if there is no choice among them."""
    policy = policy_registry.get_by_type(VideoFile)
    own = policy.collections_user_has_any_permission_for(context["request"].user, ["add", "change"])
    return own if own.count() > 1 else None
