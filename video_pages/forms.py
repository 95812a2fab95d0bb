"""The forms that bring a video in. They look into the file before anything is saved, and say beside its field
what is wrong with it; `creation` and `library.services` do the saving.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtailmedia.forms import BaseMediaForm

from video_pages import creation
from video_pages.access.passwords import MAX_LENGTH, validate_password
from video_pages.library import services
from video_pages.library.models import VideoFile
from video_pages.models import VideoIndexPage, VideoPage
from video_pages.transcoding import jobs, sandbox
from video_pages.transcoding.probe import UnreadableMedia, probe
from video_pages.uploads import pictures, validation
from video_pages.uploads.fields import VideoFileField
from video_pages.uploads.files import discarded_unless_saved

FIRST_DEPTH = 3  # of a section right below the home page
INDENT = "\N{NO-BREAK SPACE}" * 4
NOW, WHEN_READY, AS_DRAFT = "yes", "ready", "no"
MAY_NOT_PUBLISH = _("You may not publish in this section. Keep it as a draft.")
UNREADABLE_NOW = _("The server could not look into this file. Try again in a moment.")


def read_facts(upload):
    """Return the probe's Facts about the arrived file `upload`; raise ValidationError if it can't be used."""
    upload.flush()
    try:
        return probe(upload.temporary_file_path())
    except UnreadableMedia as error:
        raise ValidationError(error.message, code=error.code) from error
    except sandbox.SandboxError as error:
        raise ValidationError(UNREADABLE_NOW, code="not_examined") from error


class VideoFileForm(BaseMediaForm):
    """wagtailmedia's form on all its screens: looks into a new file, keeps its facts, has it processed."""

    class Media:
        js = ["video_pages/js/upload.js"]
        css = {"all": ["video_pages/css/upload.css"]}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.facts = None
        self._kept_file = self.instance.file
        self.fields["file"] = VideoFileField(
            required=self.instance.pk is None,
            replacing=self.instance.pk,
            help_text=_("The pages that show this file will show the new one.") if self.instance.pk else "",
        )
        self.fields["file"].describe_limits()

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload and upload is not self._kept_file:
            self.facts = read_facts(upload)
        return upload

    def save(self, commit=True):
        if self.facts is None:
            return super().save(commit)
        with discarded_unless_saved(self.instance), transaction.atomic():
            if self.instance.pk is None:
                services.describe_upload(self.instance, self.cleaned_data["file"])
            else:
                # The form has put the upload into the instance already; the service does it in its own order.
                self.instance.file = self._kept_file
                services.replace_source(self.instance, self.cleaned_data["file"])
            services.apply_facts(self.instance, self.facts)
            video_file = super().save(commit)
            jobs.submit(video_file)
        return video_file


class SectionChoiceField(forms.ModelChoiceField):
    """A section, shown with its place in the tree."""

    def label_from_instance(self, section):
        depth = max(0, section.depth - FIRST_DEPTH)
        return f"{INDENT * depth}{section.get_admin_display_title()}"


class UploadVideoForm(forms.Form):
    """Everything that makes a video: a file, a page, a password.

    `announced` is (name, size in bytes) of a file that the browser holds back until the rest is found to be
    right: then the file is judged by these and not required.
    """

    title = forms.CharField(label=_("Title"), max_length=255)
    video_file = VideoFileField()
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,  # kept exactly as typed
        validators=[validate_password],
        help_text=_("Opens this video. Empty: the password of its section opens it, if the section has one."),
        widget=forms.PasswordInput(
            render_value=False,
            attrs={"autocomplete": "new-password", "spellcheck": "false", "maxlength": 2 * MAX_LENGTH},
        ),
    )
    section = SectionChoiceField(label=_("Section"), queryset=VideoIndexPage.objects.none())
    thumbnail = forms.FileField(
        label=_("Thumbnail"),
        required=False,
        allow_empty_file=True,  # judged by `redraw`, as everything else about it
        help_text=VideoPage._meta.get_field("thumbnail").help_text,
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
    )
    publish = forms.ChoiceField(
        label=_("When it has arrived"),
        choices=[
            (NOW, _("Publish now")),
            (WHEN_READY, _("Publish when it is ready to play")),
            (AS_DRAFT, _("Keep as draft")),
        ],
        initial=NOW,
        widget=forms.RadioSelect,
    )

    field_order = ["title", "video_file", "password", "section", "description", "thumbnail", "publish"]

    class Media:
        js = ["video_pages/js/upload.js"]
        css = {"all": ["video_pages/css/upload.css"]}

    def __init__(self, *args, user, announced=None, **kwargs):
        super().__init__(*args, **kwargs)
        # Made here and not above: at import, Wagtail's rich text features may not be registered yet.
        self.fields["description"] = VideoPage._meta.get_field("description").formfield(
            help_text=_("Shown with the film, to those who have opened it.")
        )
        self.user, self.announced = user, announced
        self.facts = None
        self.fields["video_file"].required = announced is None
        self.fields["video_file"].describe_limits()
        self.fields["video_file"].widget.attrs["data-check"] = ""
        self.fields["section"].queryset = sections_for(user)
        if self.fields["section"].queryset.count() == 1:
            self.initial.setdefault("section", self.fields["section"].queryset.get())
        if not may_add_images(user):
            del self.fields["thumbnail"]
        self.order_fields(self.field_order)

    def clean_video_file(self):
        upload = self.cleaned_data["video_file"]
        if upload is None:
            name, size_bytes = self.announced
            validation.validate_name(name)
            validation.validate_size(size_bytes)
        else:
            self.facts = read_facts(upload)
        return upload

    def clean_thumbnail(self):
        upload = self.cleaned_data["thumbnail"]
        return pictures.redraw(upload) if upload else None

    def clean(self):
        cleaned = super().clean()
        section = cleaned.get("section")
        goes_live = cleaned.get("publish") in (NOW, WHEN_READY)
        if section and goes_live and not may_publish_in(section, self.user):
            self.add_error("publish", ValidationError(MAY_NOT_PUBLISH, code="may_not_publish"))
        return cleaned

    def save(self):
        """Make the video and return its VideoPage."""
        return creation.create_video(
            section=self.cleaned_data["section"],
            title=self.cleaned_data["title"],
            upload=self.cleaned_data["video_file"],
            facts=self.facts,
            password=self.cleaned_data["password"],
            description=self.cleaned_data["description"],
            thumbnail=self.cleaned_data.get("thumbnail"),
            publish=self.cleaned_data["publish"] == NOW,
            publish_when_ready=self.cleaned_data["publish"] == WHEN_READY,
            user=self.user,
        )


def sections_for(user):
    """Return the sections in which `user` may add a video, in the order of the page tree."""
    addable = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "add")
    return VideoIndexPage.objects.filter(pk__in=addable.values("pk"), alias_of=None).order_by("path")


def may_publish_in(section, user):
    """True if `user` may publish a video in `section`."""
    return section.permissions_for_user(user).can_publish_subpage()


def may_add_files(user):
    """True if `user` may add video files to some collection."""
    return policy_registry.get_by_type(VideoFile).user_has_permission(user, "add")


def may_add_images(user):
    """True if `user` may add images to some collection."""
    return policy_registry.get_by_type(get_image_model()).user_has_permission(user, "add")
