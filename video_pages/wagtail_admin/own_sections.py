"""Wagtail's page chooser and admin API, which list every page: an editor of one section is told of no other's films."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from wagtail.models import Page

from video_pages.models import VideoIndexPage, VideoPage
from video_pages.rights.pages import explorable
from video_pages.whole_numbers import MAX_ID


def without_others(pages, user):
    """Return `pages`, a page queryset, without the videos and sections that `user` does not see in the admin."""
    if user.is_superuser:
        return pages
    return pages.exclude(pk__in=_others(user).values("pk"))


def filter_chooser(pages, request):
    """Wagtail's hook for the page chooser. Raises PermissionDenied for a look into another's section."""
    parent_id = request.resolver_match.kwargs.get("parent_page_id")
    if parent_id and not request.user.is_superuser and _others(request.user).filter(pk=parent_id).exists():
        raise PermissionDenied
    return without_others(pages, request.user)


def refuse_others(ids, user):
    """Raise PermissionDenied if a page with one of `ids` (texts, as they were sent) is another section's."""
    known = [number for number in map(_as_id, ids) if number is not None]
    if not user.is_superuser and _others(user).filter(pk__in=known).exists():
        raise PermissionDenied


def _as_id(text):
    """Return the id that a form's field makes of `text`, blanks, sign, zeros and all; None for what is none."""
    try:
        number = int(text)
    except ValueError:  # also for thousands of digits
        return None
    return number if 0 < number <= MAX_ID else None


def refuse_foreign_destination(request, page, destination):
    """Wagtail's hook before it asks whether a page shall move to another, whose title it would tell."""
    refuse_others([str(destination.pk)], request.user)


def refuse_foreign_copy(request, page):
    """Wagtail's hook before it copies a page to another, whose title a refused form would tell."""
    refuse_others([request.POST.get("new_parent_page", "")], request.user)


def _others(user):
    kinds = ContentType.objects.get_for_models(VideoPage, VideoIndexPage).values()
    return Page.objects.filter(content_type__in=kinds).exclude(pk__in=explorable(user).order_by().values("pk"))
