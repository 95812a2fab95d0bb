"""What the admin's screens show of a video file."""

from django import template

from video_pages.wagtail_admin import video_files

register = template.Library()


@register.inclusion_tag("video_pages/admin/processing_facts.html", takes_context=True)
def video_file_facts(context, video_file):
    """Show state, length, size and codecs of a video file, and what an editor should know of it."""
    return video_files.facts(video_file, context["request"].user)
