"""Wagtail's screens of redirects, limited to pages that the editor sees.

A redirect tells the address of its page to everybody; its form, the list and the question before it is deleted tell the
title. Wagtail makes a redirect for each page that moves, so the list also has the former paths of other sections.
"""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.redirects.views import CreateView, DeleteView, EditView, IndexView
from wagtail.models import Page

from video_pages.pages.permissions import hidden_pages

if TYPE_CHECKING:
    from wagtail.admin.views.generic import EditView as ViewMixin
else:
    ViewMixin = object  # the classes that inherit from the mixin are views of one redirect

FOREIGN_PAGE = _("You may not choose this page. Choose another one.")


class OwnPagesRedirectForm(RedirectForm):
    """Accepts only a page that the redirect has already, or that the editor sees."""

    data: QueryDict

    class Meta(RedirectForm.Meta):
        pass

    def clean_redirect_page(self) -> Page | None:
        page: Page | None = self.cleaned_data["redirect_page"]
        saved = Redirect.objects.filter(pk=self.instance.pk).values_list("redirect_page", flat=True).first()
        if page is None or page.pk == saved or not hidden_pages(self.for_user).filter(pk=page.pk).exists():
            return page
        self.data = self.data.copy()
        self.data[self.add_prefix("redirect_page")] = str(saved or "")  # the form, shown again, has the page's title
        raise ValidationError(FOREIGN_PAGE, code="not_yours")


class VisiblePageMixin(ViewMixin):
    """A view of one redirect: 404 if it leads to a page that the user does not see."""

    def get_object(self, *args: Any, **kwargs: Any) -> Redirect:
        redirect: Redirect = super().get_object(*args, **kwargs)
        if hidden_pages(self.request.user).filter(pk=redirect.redirect_page_id).exists():
            raise Http404
        return redirect


class VisibleRedirectsView(IndexView):
    """The list, and its export, without redirects to pages that the user does not see."""

    def get_base_queryset(self) -> QuerySet[Redirect]:
        redirects: QuerySet[Redirect] = super().get_base_queryset()
        return redirects.exclude(redirect_page__in=hidden_pages(self.request.user).order_by().values("pk"))


class AddRedirectView(CreateView):
    form_class = OwnPagesRedirectForm


class EditRedirectView(VisiblePageMixin, EditView):
    form_class = OwnPagesRedirectForm


class DeleteRedirectView(VisiblePageMixin, DeleteView):
    pass
