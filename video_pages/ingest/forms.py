"""The form of the upload screen: it inspects the file before anything is saved, and shows errors beside its field."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.admin.forms.tags import TagField

from video_pages.access.models import Listed
from video_pages.access.new_password_field import PASSWORD_LENGTHS, NewPasswordField, NewPasswordInput
from video_pages.core.lazy_texts import filled
from video_pages.core.whole_numbers import read_whole_number
from video_pages.ingest import companions, create
from video_pages.ingest.inspection import UNKNOWN_UPLOAD, read_facts
from video_pages.library.models import VideoFile
from video_pages.pages.compat import HOME_DEPTH
from video_pages.pages.foreign_content import foreign_links
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.pages.panels.rich_text import ERROR_MESSAGES
from video_pages.pages.panels.tags import TagInput, tags_help
from video_pages.pages.rich_text import without_links
from video_pages.sections.permissions import may_add_images, may_publish_in, sections_for
from video_pages.transcoding.facts import Facts
from video_pages.uploads import thumbnails, tokens, validation
from video_pages.uploads.fields import TOKEN_FIELD, UploadMedia, VideoFileField

FIRST_DEPTH = HOME_DEPTH + 1  # of a section right below the home page
INDENT = "\N{NO-BREAK SPACE}" * 4
NOW, WHEN_READY, AS_DRAFT = "yes", "ready", "no"
PUBLISH_MODES = {NOW: create.PublishMode.NOW, WHEN_READY: create.PublishMode.WHEN_READY}
MAY_NOT_PUBLISH = _("You may not publish in this section. Keep it as a draft.")
FOREIGN_LINK = _("The text links to pages that you do not see. Take these links out.")
PASSWORD_FOR_SEVERAL = filled(
    _(
        "%(least)d to %(most)d characters. Opens those of these videos that have no password of their own. Empty: the "
        "password of the section opens them, if the section has one."
    ),
    PASSWORD_LENGTHS,
)


def _page_field(name: str) -> Any:
    """Return the model field of VideoPage called `name`."""
    return VideoPage._meta.get_field(name)


class SectionChoiceField(forms.ModelChoiceField):
    """A section, shown with its place in the tree."""

    def label_from_instance(self, section: VideoIndexPage) -> str:
        depth = max(0, section.depth - FIRST_DEPTH)
        return f"{INDENT * depth}{section.get_admin_display_title()}"


class UploadVideoForm(forms.Form):
    """The form that makes a video: a file, a page, a password.

    `announced` is (name, size in bytes) of a file that the browser sends only after the other fields are valid: then
    name and size are checked, and the file is not required. A file that was uploaded before the form is identified by
    `upload_token`.
    """

    data: QueryDict
    files: MultiValueDict[str, Any]

    title = forms.CharField(label=_("Title"), max_length=255)
    video_file = VideoFileField()
    password = NewPasswordField(
        label=_("Password"),
        required=False,
        help_text=_(
            "%(least)d to %(most)d characters. Opens this video. Empty: the password of its section opens it, if "
            "the section has one."
        ),
        widget=NewPasswordInput({"data-help-for-several": PASSWORD_FOR_SEVERAL}),
    )
    listed = forms.ChoiceField(
        label=_("Listed"),
        choices=Listed.choices,
        initial=Listed.EVERYWHERE,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Where visitors are shown the title. If a section above is listed less widely, that counts."),
    )
    section = SectionChoiceField(label=_("Section"), queryset=VideoIndexPage.objects.none())
    tags = TagField(
        label=_("Tags"),
        required=False,
        tag_model=Tag,
        widget=TagInput,
        help_text=tags_help(_page_field("tags").help_text),
    )
    thumbnail = forms.FileField(
        label=_("Thumbnail"),
        required=False,
        allow_empty_file=True,  # `redraw` checks it
        help_text=_page_field("thumbnail").help_text,
        widget=forms.FileInput(attrs={"accept": thumbnails.ACCEPT}),
    )
    publish = forms.ChoiceField(
        label=_("After the upload"),
        choices=[
            (NOW, _("Publish now")),
            (WHEN_READY, _("Publish when it is ready to play")),
            (AS_DRAFT, _("Keep as draft")),
        ],
        initial=NOW,
        widget=forms.RadioSelect,
    )

    field_order = ["title", "video_file", "password", "listed", "section", "description", "tags"]
    field_order += ["thumbnail", "publish"]

    class Media(UploadMedia):
        pass

    def __init__(self, *args: Any, user: User, announced: tuple[str, int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Made here: at import, Wagtail's rich text features may not be registered yet.
        self.fields["description"] = _page_field("description").formfield(
            help_text=_("Shown with the film, to those who have opened it."),
            error_messages=ERROR_MESSAGES,
        )
        self.user, self.announced = user, announced
        self.facts: Facts | None = None
        self.uploaded_file: VideoFile | None = None
        self.own_description = ""
        self.captions: list[companions.Captions] = []
        file_field = cast(VideoFileField, self.fields["video_file"])
        file_field.required = announced is None and not self.data.get(TOKEN_FIELD)
        file_field.describe_limits()
        file_field.widget.attrs.update({"data-check": "", "data-token-name": TOKEN_FIELD})
        sections = sections_for(user)
        cast(SectionChoiceField, self.fields["section"]).queryset = sections
        if sections.count() == 1:
            self.initial.setdefault("section", sections.get())
        if not may_add_images(user):
            del self.fields["thumbnail"]
        self.order_fields(self.field_order)

    def clean_video_file(self) -> TemporaryUploadedFile | None:
        upload = self.cleaned_data["video_file"]
        token = self.data.get(TOKEN_FIELD)
        if upload is not None:
            self.facts = read_facts(upload)
        elif token:
            self.uploaded_file = tokens.waiting_file(token, self.user)
            if self.uploaded_file is None:
                raise ValidationError(UNKNOWN_UPLOAD, code="unknown_upload")
        elif self.announced is not None:
            name, size_bytes = self.announced
            validation.validate_name(name)
            validation.validate_size(size_bytes)
        return upload

    def clean_description(self) -> str:
        """Refuse links to pages that the user does not see, as the page editor does."""
        description = self.cleaned_data["description"]
        foreign = foreign_links(description, self.user)
        if not foreign:
            return description
        # The form, shown again, would tell the addresses of these pages.
        allowed = self.fields["description"].widget.format_value(without_links(description, foreign))
        self.data = self.data.copy()
        self.data[self.add_prefix("description")] = allowed
        raise ValidationError(FOREIGN_LINK, code="not_yours")

    def clean_thumbnail(self) -> ContentFile[bytes] | None:
        upload = self.cleaned_data["thumbnail"]
        return thumbnails.redraw(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        self._read_companions()
        section = cleaned.get("section")
        goes_live = cleaned.get("publish") in (NOW, WHEN_READY)
        if section and goes_live and not may_publish_in(section, self.user):
            self.add_error("publish", ValidationError(MAY_NOT_PUBLISH, code="may_not_publish"))
        return cleaned

    def _read_companions(self) -> None:
        """Read what upload_screen.js sends of one film beside the fields: captions and a description of its own."""
        try:
            self.own_description = companions.description_html(self.data.get("own_description", ""))
            files, languages = self.files.getlist("captions"), self.data.getlist("caption_languages")
            self.captions = companions.read_captions(files, languages)
        except ValidationError as error:
            self.add_error(None, error)

    def save(self) -> VideoPage:
        """Make the video and return its VideoPage."""
        new = create.NewVideo(
            section=self.cleaned_data["section"],
            title=self.cleaned_data["title"],
            tags=self.cleaned_data["tags"],
            password=self.cleaned_data["password"],
            listed=self.cleaned_data["listed"] or Listed.EVERYWHERE,
            description=self.own_description or self.cleaned_data["description"],
            thumbnail=self.cleaned_data.get("thumbnail"),
            publish=PUBLISH_MODES.get(self.cleaned_data["publish"], create.PublishMode.AS_DRAFT),
            captions=self.captions,
            before=self.following_video(),
        )
        return create.create_video(new, self._video_file(), user=self.user)

    def _video_file(self) -> VideoFile:
        """Return the VideoFile that was uploaded before the form, or a new one of the file in the form."""
        if self.uploaded_file is not None:
            return self.uploaded_file
        if self.facts is None:
            raise ValueError("A form whose file was only announced makes no video.")
        return create.new_video_file(self.cleaned_data["video_file"], self.facts, user=self.user)

    def following_video(self) -> VideoPage | None:
        """Return the user's own video that follows the new one, as upload_screen.js names it; None for the end."""
        number = read_whole_number(self.data.get("before", ""))
        return VideoPage.objects.filter(pk=number, owner=self.user).first() if number else None
