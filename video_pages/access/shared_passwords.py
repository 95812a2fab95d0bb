"""Wagtail's own "shared password" for a page or a collection, which this site neither offers nor accepts.

Wagtail keeps it in plain text, counts no guesses, renews no session, and ending all access does not end it. Rows that
an older version or another tool has created open nothing; a system check names them.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, PageViewRestriction
from wagtail.query import PageQuerySet

REFUSED = _("Shared passwords of Wagtail are not used here. Give the page a password of its own.")
CODE = "shared_password"
MODELS = (PageViewRestriction, CollectionViewRestriction)


def refuse_shared_password(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """Refuse to save a restriction with a shared password, and empty the password of others; a `pre_save` handler."""
    if instance.restriction_type == BaseViewRestriction.PASSWORD:
        raise ValidationError(REFUSED, code=CODE)
    instance.password = ""


def have_shared_password(pages: PageQuerySet) -> bool:
    """Return whether one of `pages` has a shared password of an older version itself; one query."""
    rows = PageViewRestriction.objects.filter(restriction_type=BaseViewRestriction.PASSWORD)
    return rows.filter(page__in=pages.order_by().values("pk")).exists()


def clear_typed_passwords(page: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
    """Remove from the session which shared passwords were typed; Wagtail's hook before it serves a page."""
    if request.session.session_key is not None:
        request.session.pop(PageViewRestriction.passed_view_restrictions_session_key, None)


def protected_places() -> tuple[list[str], list[str]]:
    """Return the names of the pages and collections that have a shared password, as two lists."""
    found = [model.objects.filter(restriction_type=BaseViewRestriction.PASSWORD) for model in MODELS]
    pages, collections = found
    return (
        [f"{title} ({pk})" for title, pk in pages.values_list("page__title", "page")],
        list(collections.values_list("collection__name", flat=True)),
    )


def require_sign_in_instead() -> int:
    """Make each page and collection with a shared password private to signed-in users; return the number."""
    return sum(
        model.objects.filter(restriction_type=BaseViewRestriction.PASSWORD).update(
            restriction_type=BaseViewRestriction.LOGIN, password=""
        )
        for model in MODELS
    )
