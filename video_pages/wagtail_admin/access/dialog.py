"""The access dialog: set the password and the access of a page, outside the page form.

Wagtail autosaves the page form and keeps it for previews, so it must not contain a password. Each page has one
address. It returns a whole admin page, or a fragment of it to the script of the dialog. Only the response to the POST
that sets a password contains it.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from video_pages.access.decide import may_edit
from video_pages.access.effective_access import effective_access_of, may_change_access
from video_pages.access.listed import SetListedAction
from video_pages.access.passwords import (
    RemovePasswordAction,
    SetAccessMinutesAction,
    SetAccessUntilAction,
    SetOpenAction,
    SetPasswordAction,
    generate_password,
)
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.revoke import EndAllAccessAction
from video_pages.core.humanize import format_period
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.access import access_context, processing_context, site_minutes
from video_pages.pages.protected import ProtectedPage
from video_pages.wagtail_admin.access.forms import (
    LengthForm,
    ListedForm,
    OpenForm,
    PasswordForm,
)
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.xhr import is_xhr


class AccessView(View):
    """Shows and changes the access of a page; for an alias, of its source."""

    request: EditorRequest
    http_method_names = ["get", "head", "post"]

    # Error reports leave out this field of the form.
    @method_decorator(sensitive_post_parameters("access-password"))
    def dispatch(self, request: HttpRequest, page_id: int) -> HttpResponseBase:
        self.page = get_protected_page(page_id)
        self.source = self.page.source
        if not may_change_access(self.source, request.user):
            raise PermissionDenied
        self.is_fragment = is_xhr(request)
        return keep_out_of_caches(super().dispatch(request, page_id))

    def get(self, request: EditorRequest, page_id: int) -> HttpResponse:
        return self.answer()

    def post(self, request: EditorRequest, page_id: int) -> HttpResponse:
        action = self.actions.get(request.POST.get("action", ""))
        if action is None:
            return HttpResponseBadRequest(_("There is nothing of this name to do."))
        return action(self)

    @sensitive_variables()
    def set_password(self) -> HttpResponse:
        form, listed_form = PasswordForm(self.request.POST), ListedForm(self.request.POST)
        if not form.is_valid() or not listed_form.is_valid():
            return self.answer(password_form=form, listed_form=listed_form)
        return self._set_password(form.cleaned_data["password"], listed_form)

    def generate(self) -> HttpResponse:
        listed_form = ListedForm(self.request.POST)
        if not listed_form.is_valid():
            return self.answer(listed_form=listed_form)
        return self._set_password(generate_password(), listed_form)

    def set_listed(self) -> HttpResponse:
        form = ListedForm(self.request.POST)
        if not form.is_valid():
            return self.answer(listed_form=form)
        self._set_listed(form)
        return self._done(_("It is listed as you have chosen."))

    def _set_listed(self, form: ListedForm) -> None:
        listed = form.cleaned_data["listed"]
        if listed and listed != self.source.listed:
            SetListedAction(self.source, listed, user=self.request.user).execute()

    @sensitive_variables()
    def _set_password(self, password: str, listed_form: ListedForm) -> HttpResponse:
        is_new = not self.source.password_hash
        # Before the password: a page that becomes unlisted must not show its title in lists in between.
        self._set_listed(listed_form)
        SetPasswordAction(self.source, password, user=self.request.user).execute()
        done = _("The password is set.")
        if not is_new:
            done = _("The password is set. Whoever had it open has to type the new one.")
        if effective_access_of(self.source).is_over:
            done += " " + _("It opens nothing until you set another length below: the date of the old one is over.")
        return self.answer(
            done=done,
            set_password=password,
            message=message_to_send(self.source, password, self.request),
        )

    def remove(self) -> HttpResponse:
        RemovePasswordAction(self.source, user=self.request.user).execute()
        return self._done(_("The password is removed, and the access it gave is ended."))

    def open(self) -> HttpResponse:
        if not isinstance(self.source, VideoPage):
            return HttpResponseBadRequest(_("Only a video can be open to everyone."))
        form = OpenForm(self.request.POST)
        if not form.is_valid():
            return self.answer(open_form=form)
        SetOpenAction(self.source, True, user=self.request.user).execute()
        return self._done(_("The video is open to everyone."))

    def close(self) -> HttpResponse:
        if not isinstance(self.source, VideoPage):
            return HttpResponseBadRequest(_("Only a video can be open to everyone."))
        SetOpenAction(self.source, False, user=self.request.user).execute()
        return self._done(_("The video is no longer open to everyone."))

    def set_length(self) -> HttpResponse:
        form = LengthForm(self.request.POST)
        if not form.is_valid():
            return self.answer(length_form=form)
        if form.ends_at is not None:
            SetAccessUntilAction(self.source, form.ends_at, user=self.request.user).execute()
            return self._done(_("Access ends at that moment, for everybody."))
        SetAccessMinutesAction(self.source, form.minutes, user=self.request.user).execute()
        return self._done(_("From now on, access lasts as you have set it."))

    def end(self) -> HttpResponse:
        ended = EndAllAccessAction(self.source, user=self.request.user).execute()
        done = ngettext("Access is ended for %(count)d browser.", "Access is ended for %(count)d browsers.", ended)
        return self._done(done % {"count": ended})

    actions = {
        "set_password": set_password,
        "generate": generate,
        "set_listed": set_listed,
        "remove": remove,
        "open": open,
        "close": close,
        "set_length": set_length,
        "end": end,
    }

    def _done(self, text: str) -> HttpResponse:
        if self.is_fragment:
            return self.answer(done=text)
        messages.success(self.request, text)
        return redirect(self._own_address())

    def _own_address(self) -> str:
        """Return the address of this screen, which keeps the address of the list that the editor came from."""
        return _with_next(
            reverse("video_access", args=(self.source.pk,)), get_valid_next_url_from_request(self.request)
        )

    def answer(
        self,
        *,
        password_form: PasswordForm | None = None,
        listed_form: ListedForm | None = None,
        length_form: LengthForm | None = None,
        open_form: OpenForm | None = None,
        **extra: Any,
    ) -> HttpResponse:
        context = access_context(self.page, self.request.user)
        length_form = length_form or LengthForm.showing(self.source.access_minutes, self.source.access_until)
        length_form.fields["length"].help_text = _("Empty: as long as everywhere on the site, %(length)s.") % {
            "length": format_period(site_minutes(self.source))
        }
        context.update(
            password_form=password_form or PasswordForm(),
            listed_form=listed_form or ListedForm(initial={"listed": self.source.listed}),
            length_form=length_form,
            open_form=open_form or OpenForm(),
            edit_url=reverse("wagtailadmin_pages:edit", args=(self.source.pk,)),
            access_url=self._own_address(),
            list_url=get_valid_next_url_from_request(self.request),
            **extra,
        )
        template = "access_fragment.html" if self.is_fragment else "access_page.html"
        return TemplateResponse(self.request, f"video_pages/admin/{template}", context)


def address_of(page: Page, request: EditorRequest) -> str:
    """Return the absolute address of `page` for visitors, as an IRI (`/größe/`); "" if no site contains the page.

    Wagtail names a new site "localhost". In this case the host of `request` is used.
    """
    _site_id, root_url, page_path = page.get_url_parts(request) or (None, None, None)
    if page_path is None:
        return ""
    is_unnamed = urlsplit(str(root_url)).hostname == "localhost"
    return uri_to_iri(request.build_absolute_uri(page_path) if is_unnamed else root_url + page_path)


@sensitive_variables()
def message_to_send(page: Page, password: str, request: EditorRequest) -> str:
    """Return the message to viewers of `page`: title, address if the page has one, and `password`."""
    lines = [f"“{page.title}”", address_of(page, request), _("Password: %(password)s") % {"password": password}]
    return "\n".join(line for line in lines if line)


def get_protected_page(page_id: int) -> ProtectedPage:
    """Return the video or section with `page_id`. Raises Http404 for any other page, and if there is none."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, ProtectedPage):
        raise Http404
    return page


def processing(request: EditorRequest, page_id: int) -> HttpResponse:
    """Return the content of the processing panel for the latest draft of a video that the user may edit."""
    page = get_protected_page(page_id)
    if not isinstance(page, VideoPage):
        raise Http404
    if not may_edit(page.source, request.user):
        raise PermissionDenied
    context = processing_context(page.get_latest_revision_as_object(), request.user)
    return TemplateResponse(request, "video_pages/admin/processing_facts.html", context)


def listing_buttons(page: Page, user: User | AnonymousUser, next_url: str | None = None) -> Iterator[Button]:
    """Yield the menu entry beside a page's title in Wagtail's lists; the screen behind it checks the permission."""
    if isinstance(page, ProtectedPage) and page.permissions_for_user(user).can_set_view_restrictions():
        url = _with_next(reverse("video_access", args=(page.pk,)), next_url)
        yield Button(_("Password and access"), url, icon_name="lock", priority=15)


def header_buttons(
    page: Page, user: User | AnonymousUser, next_url: str | None = None, view_name: str | None = None
) -> Iterator[Button]:
    """Yield the same entry in the menu of the page's own header."""
    return listing_buttons(page, user, next_url)


def _with_next(url: str, next_url: str | None) -> str:
    return f"{url}?{urlencode({'next': next_url})}" if next_url else url


def admin_urls() -> list[URLPattern | URLResolver]:
    """Return the addresses below that of the admin; Wagtail requires access to the admin for all of them."""
    return [
        path("access/<int:page_id>/", AccessView.as_view(), name="video_access"),
        path("access/<int:page_id>/processing/", processing, name="video_processing"),
    ]
