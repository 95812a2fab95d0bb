"""The access dialog: set the password and the access of a page, outside the page form.

Wagtail autosaves the page form and keeps it for previews, so it must not contain a password. Each page has one
address. It returns a whole admin page, or a fragment of it to the script of the dialog. Only the response to the POST
that sets a password contains it.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from video_pages.access.downloads import SetDownloadsAction
from video_pages.access.effective_access import effective_access_of, may_change_access
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
from video_pages.access.set_listed import SetListedAction, SetPasswordAndListedAction
from video_pages.access.set_window import SetWindowAction
from video_pages.core.humanize import format_period
from video_pages.pages.models import VideoPage
from video_pages.pages.panels.access import access_context, site_minutes
from video_pages.wagtail_admin.access.forms import (
    DownloadsForm,
    LengthForm,
    ListedForm,
    OpenForm,
    PasswordForm,
)
from video_pages.wagtail_admin.access.menu_entries import with_next
from video_pages.wagtail_admin.access.message_to_send import message_to_send
from video_pages.wagtail_admin.access.window_form import WindowForm
from video_pages.wagtail_admin.protected_pages import get_protected_page
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
        if form.is_valid() and listed_form.is_valid():
            try:
                return self._set_password(form.cleaned_data["password"], listed_form)
            except ValidationError as error:  # it is the password of an invitation of this page
                form.add_error("password", error)
        return self.answer(password_form=form, listed_form=listed_form)

    def generate(self) -> HttpResponse:
        listed_form = ListedForm(self.request.POST)
        if not listed_form.is_valid():
            return self.answer(listed_form=listed_form)
        return self._set_password(generate_password(), listed_form)

    def set_listed(self) -> HttpResponse:
        form = ListedForm(self.request.POST)
        if not form.is_valid():
            return self.answer(listed_form=form)
        listed = self._new_listed(form)
        if listed:
            SetListedAction(self.source, listed, user=self.request.user).execute()
        return self._done(_("It is listed as you have chosen."))

    def _new_listed(self, form: ListedForm) -> str:
        """Return the choice of the valid `form`, or "" if it changes nothing."""
        listed = str(form.cleaned_data["listed"])
        return "" if listed == self.source.listed else listed

    @sensitive_variables()
    def _set_password(self, password: str, listed_form: ListedForm) -> HttpResponse:
        is_new = not self.source.password_hash
        listed = self._new_listed(listed_form)
        if listed:  # both at once: a page that becomes unlisted must not show its title in lists in between
            SetPasswordAndListedAction(self.source, password, listed=listed, user=self.request.user).execute()
        else:
            SetPasswordAction(self.source, password, user=self.request.user).execute()
        done = _("The password is set.")
        if not is_new:
            done = _(
                "The password is set. Visitors who typed the old one must type this one; access by invitations goes on."
            )
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
        form = LengthForm.showing(self.source.access_minutes, self.source.access_until, self.request.POST)
        if not form.is_valid():
            return self.answer(length_form=form)
        if form.ends_at is not None:
            SetAccessUntilAction(self.source, form.ends_at, user=self.request.user).execute()
            return self._done(_("Access by the password ends at that moment, for everybody who typed it."))
        SetAccessMinutesAction(self.source, form.minutes, user=self.request.user).execute()
        return self._done(_("From now on, access lasts as you have set it."))

    def set_window(self) -> HttpResponse:
        form = WindowForm.showing(self.source, self.request.POST)
        if not form.is_valid():
            return self.answer(window_form=form)
        SetWindowAction(self.source, user=self.request.user, **form.cleaned_data).execute()
        return self._done(_("It opens and closes as you have set it."))

    def set_downloads(self) -> HttpResponse:
        form = DownloadsForm(self.request.POST)
        if not form.is_valid():
            return self.answer(downloads_form=form)
        SetDownloadsAction(self.source, form.cleaned_data["downloads"], user=self.request.user).execute()
        return self._done(_("From now on, downloads are as you have chosen."))

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
        "set_window": set_window,
        "set_downloads": set_downloads,
        "end": end,
    }

    def _done(self, text: str) -> HttpResponse:
        if self.is_fragment:
            return self.answer(done=text)
        messages.success(self.request, text)
        return redirect(self._own_address())

    def _own_address(self) -> str:
        """Return the address of this screen, which keeps the address of the list that the editor came from."""
        return with_next(reverse("video_access", args=(self.source.pk,)), get_valid_next_url_from_request(self.request))

    def answer(
        self,
        *,
        password_form: PasswordForm | None = None,
        listed_form: ListedForm | None = None,
        length_form: LengthForm | None = None,
        window_form: WindowForm | None = None,
        open_form: OpenForm | None = None,
        downloads_form: DownloadsForm | None = None,
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
            window_form=window_form or WindowForm.showing(self.source),
            open_form=open_form or OpenForm(),
            downloads_form=downloads_form or DownloadsForm(initial={"downloads": self.source.downloads}),
            edit_url=reverse("wagtailadmin_pages:edit", args=(self.source.pk,)),
            access_url=self._own_address(),
            list_url=get_valid_next_url_from_request(self.request),
            **extra,
        )
        template = "fragment.html" if self.is_fragment else "page.html"
        return TemplateResponse(self.request, f"video_pages/admin/access/{template}", context)


def admin_urls() -> list[URLPattern | URLResolver]:
    """Return the address below that of the admin; Wagtail requires access to the admin for it."""
    return [path("access/<int:page_id>/", AccessView.as_view(), name="video_access")]
