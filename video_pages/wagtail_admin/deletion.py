"""Sentences of questions about deletion: on the aliases and translations, which are deleted with their sources."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.models import Page

from video_pages.pages.followers import drafts_of, followers_outside


def sentence_on_followers(pages: QuerySet[Page]) -> str:
    """Return the number of aliases and translations that are deleted with `pages`, as a sentence; "" without any.

    A second one has the number of pages below them that become drafts.
    """
    count = followers_outside(pages).count()
    if not count:
        return ""
    text = ngettext(
        "This also deletes %(count)d alias or translation.",
        "This also deletes %(count)d aliases and translations.",
        count,
    )
    sentence = text % {"count": count}
    drafts = drafts_of(pages).count()
    if not drafts:
        return sentence
    text = ngettext(
        "It makes %(count)d page below them a draft.", "It makes %(count)d pages below them drafts.", drafts
    )
    return f"{sentence} {text % {'count': drafts}}"


def warn_of_followers(request: HttpRequest, *pages: Page) -> None:
    """Show a question about the deletion of `pages` with this sentence; Wagtail's hook before it deletes a page."""
    below = Q()
    for page in pages:
        below |= Q(path__startswith=page.path)
    if request.method == "GET" and pages and (sentence := sentence_on_followers(Page.objects.filter(below))):
        messages.warning(request, sentence)
