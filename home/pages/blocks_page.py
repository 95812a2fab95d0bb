"""The class of pages that owners make of blocks, and the answer to a visit of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from home.blocks.content import BlocksContent
from home.blocks.stream import PageBlocks
from home.pages.opened_list import opened_list
from video_pages.access import site_form
from video_pages.access.responses import HttpResponseSeeOther, keep_out_of_caches, mark_for_all_strangers
from video_pages.access.visitor import visitor_of
from video_pages.pages.compat import ReservedSlugsMixin
from video_pages.pages.invited.mail_code import code_url
from video_pages.pages.panels.protected_form import ProtectedPageForm
from video_pages.pages.protected import NoSharedPasswordMixin, record_page_attempt


class BlocksPage(ReservedSlugsMixin, NoSharedPasswordMixin, Page):
    """A page of blocks. Its cards depend on what this browser has unlocked, so no cache but the browser's keeps it."""

    body = StreamField(PageBlocks(), verbose_name=_("blocks"), blank=True, default=list, db_default=[])

    base_form_class = ProtectedPageForm

    class Meta:
        abstract = True

    @method_decorator(sensitive_post_parameters("password"))
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        takes_passwords = BlocksContent(self, self.body, request).takes_passwords
        if request.method == "POST":
            answer = self.answer_password(request) if takes_passwords else HttpResponseNotAllowed(["GET", "HEAD"])
            return keep_out_of_caches(answer)
        response = keep_out_of_caches(super().serve(request, *args, **kwargs))
        # A form contains a token, which differs.
        return response if takes_passwords else mark_for_all_strangers(response)

    def answer_password(self, request: HttpRequest) -> HttpResponse:
        """Answer a password posted to this page: 303 to the page that it opens, a list of several, or a refusal.

        A page that needs a mail code is behind the page that asks for the code, in the list too.
        """
        site = Site.find_for_request(request)
        opened, refusal = site_form.attempt(request, site.root_page if site else self)
        if refusal is not None:
            request.is_preview = False  # type: ignore[attr-defined]  # Wagtail's templates read it
            context = {**self.get_context(request), "refusal": refusal}
            response: HttpResponse = TemplateResponse(request, self.get_template(request), context)
            response.status_code = refusal.status
            if refusal.retry_after:
                response.headers["Retry-After"] = str(refusal.retry_after)
            return response
        for each in opened:
            if each.unlocked is not None:
                record_page_attempt(visitor_of(request), each.page, None)
        if len(opened) == 1:
            (only,) = opened
            url = code_url(only.ticket) if only.ticket else only.page.for_reader().get_url(request)
            response = HttpResponseSeeOther(url)
            site_form.remember(request, response, opened)
        else:
            listed = TemplateResponse(request, "home/password_opens.html")
            site_form.remember(request, listed, opened)
            listed.context_data = opened_list(request, opened)
            response = listed
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["content"] = content = BlocksContent(self, self.body, request)
        content.prepare()
        return context
