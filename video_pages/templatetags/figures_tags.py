"""How figures read in templates, and where a player tells what was watched."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from video_pages.access.decide import Reason
from video_pages.delivery.counting import asks_not_to_be_followed, is_no_viewing
from video_pages.delivery.heartbeat import NAME
from video_pages.templatetags.video_tags import length_words

register = template.Library()


@register.filter
def percent(share):
    """Return a share from 0 to 1 as people write it: 0.456 is "46 %"; "" for None."""
    return "" if share is None or share == "" else _("%(percent)d %%") % {"percent": round(share * 100)}


@register.filter
def hours(seconds):
    """Return a sum of time watched: `length_words`, and "0 min" for none."""
    return length_words(seconds) or _("0 min")


@register.simple_tag(takes_context=True)
def watched_url(context):
    """Return the address that the player of the page in `context` tells what was watched; "" for nobody to count."""
    request, verdict = context.get("request"), context.get("verdict")
    if request is None or verdict is None or verdict.reason == Reason.EDITOR:
        return ""
    if asks_not_to_be_followed(request) or is_no_viewing(request):
        return ""
    return reverse("stream", args=(context["video"].uuid, NAME))
