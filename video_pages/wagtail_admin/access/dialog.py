"""Passwords and access, set outside the page form: Wagtail autosaves that form and keeps it for previews.

One address for each page. It answers whole admin pages, or fragments of them to the script of the editor's
dialog. A password is in one answer only: the one to the POST that set it.
"""

from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from video_pages.access import passwords
from video_pages.access.decide import may_edit
from video_pages.access.effective_access import effective_access_of, may_change_access
from video_pages.access.listed import set_listed
from video_pages.access.responses import keep_out_of_caches
from video_pages.access.revoke import end_all_access
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
from video_pages.wagtail_admin.xhr import is_xhr


class AccessView(View):
    """Shows what opens a page, and changes it; for an alias, what opens its source."""

    http_method_names = ["get", "head", "post"]

    # Names in `dispatch` stand for typed passwords: error reports leave them out.
    @method_decorator(sensitive_post_parameters("access-password"))
    def dispatch(self, request, page_id):
        self.page = get_gated_page(page_id)
        self.source = self.page.source
        if not may_change_access(self.source, request.user):
            raise PermissionDenied
        self.is_fragment = is_xhr(request)
        return keep_out_of_caches(super().dispatch(request, page_id))

    def get(self, request, page_id):
        return self.answer()

    def post(self, request, page_id):
        action = self.actions.get(request.POST.get("action"))
        if action is None:
            return HttpResponseBadRequest(_("There is nothing of this name to do."))
        return action(self)

    @sensitive_variables()
    def set_password(self):
        form, listed_form = PasswordForm(self.request.POST), ListedForm(self.request.POST)
        if not form.is_valid() or not listed_form.is_valid():
            return self.answer(password_form=form, listed_form=listed_form)
        return self._set(form.cleaned_data["password"], listed_form)

    def generate(self):
        listed_form = ListedForm(self.request.POST)
        if not listed_form.is_valid():
            return self.answer(listed_form=listed_form)
        return self._set(passwords.generate_password(), listed_form)

    def set_listed(self):
        form = ListedForm(self.request.POST)
        if not form.is_valid():
            return self.answer(listed_form=form)
        self._list(form)
        return self._done(_("It is listed as you have chosen."))

    def _list(self, form):
        listed = form.cleaned_data["listed"]
        if listed and listed != self.source.listed:
            set_listed(self.source, listed, user=self.request.user)

    @sensitive_variables()
    def _set(self, password, listed_form):
        is_new = not self.source.password_hash
        # First: nobody should read the title who was not to read it once there is a password to ask for.
        self._list(listed_form)
        passwords.set_password(self.source, password, user=self.request.user)
        done = _("The password is set.")
        if not is_new:
            done = _("The password is set. Whoever had it open has to type the new one.")
        if effective_access_of(self.source).is_over:
            done += " " + _("It opens nothing until you set another length below: the date of the old one is over.")
        return self.answer(
            done=done,
            set_password=password,
            message=self._message(password),
        )

    @sensitive_variables()
    def _message(self, password):
        """Return the words to send to those who may watch: title, address if the page has one, password."""
        lines = [
            f"“{self.source.title}”",
            address_of(self.source, self.request),
            _("Password: %(password)s") % {"password": password},
        ]
        return "\n".join(line for line in lines if line)

    def remove(self):
        passwords.remove_password(self.source, user=self.request.user)
        return self._done(_("The password is removed, and the access it gave is ended."))

    def open(self):
        if not isinstance(self.source, VideoPage):
            return HttpResponseBadRequest(_("Only a video can be open to everyone."))
        form = OpenForm(self.request.POST)
        if not form.is_valid():
            return self.answer(open_form=form)
        passwords.set_open(self.source, True, user=self.request.user)
        return self._done(_("The video is open to everyone."))

    def close(self):
        if not isinstance(self.source, VideoPage):
            return HttpResponseBadRequest(_("Only a video can be open to everyone."))
        passwords.set_open(self.source, False, user=self.request.user)
        return self._done(_("The video is no longer open to everyone."))

    def set_length(self):
        form = LengthForm(self.request.POST)
        if not form.is_valid():
            return self.answer(length_form=form)
        if form.ends_at is not None:
            passwords.set_access_until(self.source, form.ends_at, user=self.request.user)
            return self._done(_("Access ends at that moment, for everybody."))
        passwords.set_access_minutes(self.source, form.minutes, user=self.request.user)
        return self._done(_("From now on, access lasts as you have set it."))

    def end(self):
        ended = end_all_access(self.source, user=self.request.user)
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

    def _done(self, text):
        if self.is_fragment:
            return self.answer(done=text)
        messages.success(self.request, text)
        return redirect("video_access", self.source.pk)

    def answer(self, *, password_form=None, listed_form=None, length_form=None, open_form=None, **extra):
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
            **extra,
        )
        template = "access_fragment.html" if self.is_fragment else "access_page.html"
        return TemplateResponse(self.request, f"video_pages/admin/{template}", context)


def address_of(page, request):
    """Return the whole address of `page` for a visitor, as people read it (`/größe/`); "" if no site has it.

    "localhost" is what Wagtail calls a site until somebody says otherwise: then the address that the editor
    came by is the better one.
    """
    _site_id, root_url, page_path = page.get_url_parts(request) or (None, None, None)
    if page_path is None:
        return ""
    is_unnamed = urlsplit(root_url).hostname == "localhost"
    return uri_to_iri(request.build_absolute_uri(page_path) if is_unnamed else root_url + page_path)


def get_gated_page(page_id):
    """Return the video or section with `page_id`; raises Http404 for any other page, and for none."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, ProtectedPage):
        raise Http404
    return page


def processing(request, page_id):
    """Answer the processing panel's content for the latest draft of a video, to whoever may edit it or its source."""
    page = get_gated_page(page_id)
    if not isinstance(page, VideoPage):
        raise Http404
    if not may_edit(page.source, request.user):
        raise PermissionDenied
    context = processing_context(page.get_latest_revision_as_object(), request.user)
    return TemplateResponse(request, "video_pages/admin/processing_facts.html", context)


def listing_buttons(page, user, next_url=None):
    """An entry of the menu beside a page's title in Wagtail's lists; the screen it leads to checks for itself."""
    if isinstance(page, ProtectedPage) and page.permissions_for_user(user).can_set_view_restrictions():
        url = reverse("video_access", args=(page.pk,))
        yield Button(_("Password and access"), url, icon_name="lock", priority=15)


def admin_urls():
    """The addresses below the admin's; Wagtail lets only people with access to the admin through."""
    return [
        path("access/<int:page_id>/", AccessView.as_view(), name="video_access"),
        path("access/<int:page_id>/processing/", processing, name="video_processing"),
    ]
