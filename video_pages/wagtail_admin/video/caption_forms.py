"""The form of a text track: a file, and its entry in the player's menu. It parses the file; services write."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from video_pages.core.compat import accepted_tags
from video_pages.core.humanize import format_size
from video_pages.library import subtitles
from video_pages.library.languages import known_languages, language_name, normalize_language, translated_language_name
from video_pages.library.text_models import TextTrack
from video_pages.library.text_services import MAX_LABEL_CHARACTERS, TrackProperties

MOST_LIKELY = 4  # languages of the browser

Choices = list[tuple[str, str]]


def language_choices(*first: str) -> list[tuple[str, str] | tuple[str, Choices]]:
    """Return the choices of a language field: the tags `first` in their order, then all, sorted by the translated name.

    The translated name comes first, because browsers go to the option that begins with what is typed.
    """
    likely = list(dict.fromkeys(tag for tag in first if tag))
    others = known_languages() - set(likely)
    named = sorted(((translated_language_name(tag), tag) for tag in others), key=lambda choice: choice[0].casefold())
    all_others = [(tag, both_names(tag)) for _name, tag in named]
    empty = ("", str(_("Choose a language")))
    if not likely:
        return [empty, *all_others]
    return [
        empty,
        (str(_("Likely here")), [(tag, both_names(tag)) for tag in likely]),
        (str(_("All languages")), all_others),
    ]


def likely_languages(request: HttpRequest) -> list[str]:
    """Return the tags of the languages of the site, of its pages, and of the browser, most likely first."""
    codes = [settings.LANGUAGE_CODE, *settings.PAGE_LANGUAGES, get_language() or ""]
    codes += accepted_tags(request.headers.get("Accept-Language", ""))[:MOST_LIKELY]
    return list(dict.fromkeys(tag for tag in map(normalize_language, codes) if tag))


def both_names(tag: str) -> str:
    """Return the name of a language in the active language and its own: "German – Deutsch", or one."""
    translated, own = translated_language_name(tag), language_name(tag)
    return own if own == translated else f"{translated} – {own}"


class TrackForm(forms.Form):
    """A new text track, or the changes of an existing one; then the file is optional and replaces its cues."""

    COLUMNS = ("kind", "language", "label", "is_default", "is_hidden")

    file = forms.FileField(
        label=_("File"),
        required=False,  # a track may begin without one; see clean_file
        allow_empty_file=True,  # the parser refuses it with its own message
        widget=forms.FileInput(attrs={"accept": subtitles.ACCEPT}),
    )
    without_file = forms.BooleanField(
        label=_("Begin without a file"),
        required=False,
        help_text=_("You write the lines beside the film. The track is hidden from viewers until you show it."),
    )
    language = forms.ChoiceField(label=_("Language"), error_messages={"required": _("Choose the language.")})
    kind = forms.ChoiceField(label=_("Kind"), choices=TextTrack.Kind.choices, widget=forms.RadioSelect)
    label = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=MAX_LABEL_CHARACTERS,
        help_text=_("The name in the player's menu. Empty: the name of the language."),
    )
    is_default = forms.BooleanField(
        label=_("Shown from the start"),
        required=False,
        help_text=_("Until the viewer chooses otherwise. Only one of a film's tracks can be."),
    )
    is_hidden = forms.BooleanField(
        label=_("Hidden from viewers"),
        required=False,
        help_text=_(
            "The player does not offer it, and viewers cannot load it. What cameras and drones measured "
            "(positions, heights, exposure) is hidden from the start."
        ),
    )
    field_order = ["language", "without_file", "file"]  # the language helps to decode a file in an old encoding

    def __init__(self, *args: Any, track: TextTrack | None = None, likely: Sequence[str] = (), **kwargs: Any) -> None:
        self.track = track
        initial = {"kind": TextTrack.Kind.SUBTITLES, "language": normalize_language(get_language())}
        if track is not None:
            initial = {name: getattr(track, name) for name in self.COLUMNS} | {"is_default": track.shows_first}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for name in self.COLUMNS:
            self.fields[name].show_hidden_initial = self.add_initial_prefix(name) in self.data
        self.found: subtitles.SubtitleFile | None = None
        language = cast(forms.ChoiceField, self.fields["language"])
        language.choices = lazy(language_choices, list)(track.language if track else "", *likely)
        file = self.fields["file"]
        if track is None:
            help_text = _(
                "WebVTT or SRT, at most %(size)s. Only its words and times are kept, no colours or positions."
            )
            file.help_text = help_text % {"size": format_size(subtitles.MAX_BYTES)}
        else:
            del self.fields["without_file"]
            file.label = _("New file")
            file.help_text = _("It replaces the present lines. Leave it empty to keep them.")

    @property
    def begins_empty(self) -> bool:
        """True if a new track begins without lines. Requires that the form was posted."""
        return bool(self.cleaned_data.get("without_file"))

    def clean_file(self) -> UploadedFile | None:
        upload = self.cleaned_data["file"]
        if self.track is None and not upload and not self.begins_empty:
            raise ValidationError(_("Choose a WebVTT or SRT file."), code="required")
        if not upload or self.begins_empty:
            return None
        refusal = getattr(upload, "refusal", None)
        if refusal is not None:
            raise ValidationError(refusal.message, code=refusal.code)
        try:
            self.found = subtitles.read(
                upload.read(subtitles.MAX_BYTES + 1), language=self.cleaned_data.get("language", "")
            )
        except subtitles.UnreadableSubtitles as error:
            raise error.as_validation_error() from error
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == TextTrack.Kind.DESCRIPTIONS and cleaned.get("is_default"):
            error = _(
                "Descriptions are not shown on the film. Viewers switch them on in the player, for screen readers."
            )
            self.add_error("is_default", ValidationError(error, code="never_shown"))
        return cleaned

    @property
    def shown_values(self) -> list[SafeString]:
        """Hidden fields with the properties of the present track as this form shows them, for `changed_properties`."""
        if self.track is None:
            return []
        return [self[name].as_hidden(only_initial=True) for name in self.COLUMNS]

    @property
    def changed_properties(self) -> list[str]:
        """The names of the properties that the editor has changed: another one may have changed the rest meanwhile.

        A form without its `shown_values`, which is an old one, is compared with what the track has now.
        """
        return [name for name in self.COLUMNS if name in self.changed_data]

    def properties(self) -> TrackProperties:
        """Return the properties of the track. Requires a valid form."""
        return TrackProperties(
            kind=self.cleaned_data["kind"],
            language=self.cleaned_data["language"],
            label=self.cleaned_data["label"].strip() or language_name(self.cleaned_data["language"]),
            is_default=self.cleaned_data["is_default"],
            is_hidden=self.cleaned_data["is_hidden"] or self.begins_empty,
        )
