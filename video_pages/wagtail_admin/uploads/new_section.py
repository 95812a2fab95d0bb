"""The dialog "New section" on the upload screen: makes a section, and answers with the sections to choose from."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from wagtail.models import Page

from video_pages.access.new_password_field import NewPasswordField
from video_pages.ingest.forms import INDENT, UploadVideoForm
from video_pages.pages.models import VideoIndexPage
from video_pages.sections.creating import create_section
from video_pages.sections.permissions import may_publish_in, may_upload, parents_for_section
from video_pages.wagtail_admin.requests import EditorRequest

VIEW_NAME = "upload_new_section"
PREFIX = "new-section"
ROOT_DEPTH = 2


class ParentChoiceField(forms.ModelChoiceField):
    """A page below which the section is made, shown with its place in the tree."""

    def label_from_instance(self, page: Page) -> str:
        return f"{INDENT * max(0, page.depth - ROOT_DEPTH)}{page.get_admin_display_title()}"


class NewSectionForm(forms.Form):
    """A section that `user` makes: title, place, password, and whether it is a programme."""

    prefix = PREFIX

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=255,
        widget=forms.TextInput(attrs={"autofocus": True}),  # read by the dialog when it opens
    )
    parent = ParentChoiceField(label=gettext_lazy("Parent page"), queryset=Page.objects.none(), empty_label=None)
    password = NewPasswordField(
        label=gettext_lazy("Password"),
        required=False,
        help_text=gettext_lazy(
            "%(least)d to %(most)d characters. Opens the videos of the section that have no password of their own. "
            "It can be set later."
        ),
    )

    is_programme = forms.BooleanField(required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = parents_for_section(user)
        field = cast(ParentChoiceField, self.fields["parent"])
        field.queryset = parents
        self.initial.setdefault("parent", parents.first())
        column = VideoIndexPage._meta.get_field("is_programme")
        self.fields["is_programme"].label = capfirst(str(column.verbose_name))
        self.fields["is_programme"].help_text = str(column.help_text)


class NewSectionView(View):
    """Makes a section for the script of the upload screen; a user who may not publish there makes a draft.

    Answers with JSON: the id and the title of the section, and the choices of the form's field; 422 with the errors.
    """

    request: EditorRequest
    http_method_names = ["post"]

    @method_decorator(sensitive_post_parameters(f"{PREFIX}-password"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_upload(request.user) or not parents_for_section(request.user).exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @sensitive_variables("form", "cleaned")
    def post(self, request: EditorRequest) -> HttpResponse:
        form = NewSectionForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.refusal(form)
        cleaned = form.cleaned_data
        try:
            section = create_section(
                parent=cleaned["parent"],
                title=cleaned["title"],
                password=cleaned["password"],
                publish=may_publish_in(cleaned["parent"], request.user),
                user=request.user,
                is_programme=cleaned["is_programme"],
            )
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return self.refusal(form)
        text = _("The section “%(title)s” is made and chosen.")
        if not section.live:
            text = _("The section “%(title)s” is made as a draft, and chosen.")
        message = text % {"title": section.title}
        return JsonResponse({"id": section.pk, "message": message, "choices": list(section_choices(request.user))})

    def refusal(self, form: NewSectionForm) -> HttpResponse:
        errors = {name: [str(text) for text in found] for name, found in form.errors.items()}
        return JsonResponse({"errors": errors}, status=422)


def section_choices(user: User) -> Iterator[tuple[str, str]]:
    """Yield (value, label) of each choice of the field `section` of the upload form."""
    field: Any = UploadVideoForm(user=user).fields["section"]
    for value, label in field.choices:
        yield str(value), str(label)


def admin_urls() -> list[URLPattern | URLResolver]:
    return [path("videos/upload/section/", NewSectionView.as_view(), name=VIEW_NAME)]
