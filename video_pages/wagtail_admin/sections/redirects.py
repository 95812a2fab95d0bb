"""Wagtail's forms of a redirect, limited to pages that the editor sees.

A redirect tells the address of its page to everybody, and its form the title.
"""

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.redirects.views import CreateView, EditView
from wagtail.models import Page

from video_pages.pages.permissions import hidden_pages

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


class AddRedirectView(CreateView):
    form_class = OwnPagesRedirectForm


class EditRedirectView(EditView):
    form_class = OwnPagesRedirectForm
