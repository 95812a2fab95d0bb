"""The forms of invitations. They validate; the services in `access.invitations` write."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page

from video_pages.access.effective_access import may_change_access
from video_pages.access.invitations.models import Invitation
from video_pages.access.invitations.ready_kinds import ReadyKind
from video_pages.access.invitations.rules import Rules
from video_pages.access.invitations.services import LIMITS
from video_pages.access.passwords import validate_password
from video_pages.core import clock
from video_pages.library.encodings import NotText, read_text
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.wagtail_admin.access.forms import LATEST, MOMENT_FORMAT, end_help
from video_pages.wagtail_admin.invitations.names import MOST_NAMES, People, read_people

MOST_BYTES = 1024 * 1024  # of a file with names


class MomentInput(forms.DateTimeInput):
    """A day and time in the browser's own field."""

    def __init__(self) -> None:
        super().__init__(format=MOMENT_FORMAT, attrs={"type": "datetime-local"})


def validate_future(moment: dt.datetime) -> None:
    """Raise ValidationError unless `moment` (aware) is in the future and within ten years."""
    now = clock.now()
    if moment <= now:
        raise forms.ValidationError(_("This moment is over."), code="over")
    if moment > now + LATEST:
        raise forms.ValidationError(_("At most ten years from now."), code="max_value")


class LimitsForm(forms.ModelForm):
    """The label and the limits of an invitation."""

    prefix = "invitation"

    class Meta:
        model = Invitation
        fields = [
            *("label", "ends_at", "opens_at", "window_hours", "most_viewers", "at_once"),
            *("allows_download", "shows_label", "note"),
        ]
        widgets = {
            "opens_at": MomentInput,
            "ends_at": MomentInput,
            "note": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "ends_at": end_help(gettext_lazy("From then on it opens nothing, and a film that is still playing stops.")),
            "allows_download": gettext_lazy("Also where no video or section allows them; not where one says “off”."),
            "shows_label": gettext_lazy("Faint, with the time. It deters people from passing the film on; no more."),
        }

    overrides_rules = forms.BooleanField(label=gettext_lazy("Go against the rules"), required=False)

    def __init__(self, *args: Any, user: User, rules: Rules, must_end: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_at"].required = must_end
        self.rules = rules
        if not rules.sentences() or not rules.may_override(user):
            del self.fields["overrides_rules"]

    def clean_ends_at(self) -> dt.datetime | None:
        ends_at: dt.datetime | None = self.cleaned_data["ends_at"]
        former = self.instance.ends_at
        if ends_at is None or (former is not None and ends_at == former.replace(second=0, microsecond=0)):
            return former if ends_at else None  # the field knows no seconds
        validate_future(ends_at)
        return ends_at

    @property
    def overrides(self) -> bool:
        """True if the user goes against the rules. Requires a valid form."""
        return bool(self.cleaned_data.get("overrides_rules"))

    @property
    def limits(self) -> dict[str, Any]:
        """The limits, as `create_invitation` takes them. Requires a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name in LIMITS}


class InvitationForm(LimitsForm):
    """A new invitation of the given kind for `page`, or for a page that is chosen in the form."""

    page = forms.ModelChoiceField(
        label=gettext_lazy("Video or section"),
        queryset=Page.objects.all(),
        widget=AdminPageChooser(target_models=[VideoPage, VideoIndexPage]),
        help_text=gettext_lazy("An invitation to a section opens what the password of the section would open."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        help_text=gettext_lazy("For the kind “Password”. Empty: one is generated that can be read out."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta(LimitsForm.Meta):
        fields = ["kind", *LimitsForm.Meta.fields]
        widgets = {**LimitsForm.Meta.widgets, "kind": forms.RadioSelect}

    field_order = ["page", "label", "ends_at", "kind", "password", "opens_at"]

    def __init__(self, *args: Any, user: User, page: Page | None, ready: ReadyKind, **kwargs: Any) -> None:
        super().__init__(*args, user=user, must_end=ready.must_end, **kwargs)
        self._user, self._page = user, page
        kinds: Any = self.fields["kind"]
        kinds.choices = Invitation.Kind.choices  # without an empty one
        if page is not None:
            del self.fields["page"]

    @property
    def page_invited_to(self) -> Any:
        """The video or section, for an alias its source. Requires a valid form."""
        return self._page or self.cleaned_data["page"]

    def clean_page(self) -> Any:
        chosen = self.cleaned_data["page"].specific
        if not isinstance(chosen, VideoPage | VideoIndexPage):
            self._show_no_page()
            raise forms.ValidationError(_("Choose a video or a section."), code="kind")
        if not may_change_access(chosen.source, self._user):
            self._show_no_page()
            raise forms.ValidationError(_("You may not change the access to this page."), code="right")
        return chosen.source

    def _show_no_page(self) -> None:
        """Have the form show no page: its chooser would show the title of any whose id was sent."""
        self.data = {**dict(self.data.items()), self.add_prefix("page"): ""}

    @sensitive_variables()
    def clean_password(self) -> str | None:
        password = self.cleaned_data["password"]
        if not password or self.cleaned_data.get("kind") != Invitation.Kind.PASSWORD:
            return None
        validate_password(password)
        return str(password)


class ManyInvitationsForm(InvitationForm):
    """An invitation for each of many names; `people` are those of a valid form."""

    names = forms.CharField(
        label=gettext_lazy("Names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One for each line, with a mail address if you like: “Ms Weber”, “Ms Weber, weber@example.org” or "
            "“Ms Weber <weber@example.org>”. Addresses are not kept: they are in the spreadsheet that you get."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file with names"),
        required=False,
        help_text=gettext_lazy("CSV or plain text, in any common encoding, of at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )
    leaves_out = forms.BooleanField(
        label=gettext_lazy("Leave out the lines that can't be used"),
        required=False,
    )

    class Meta(InvitationForm.Meta):
        fields = [name for name in InvitationForm.Meta.fields if name != "label"]  # each name is a label

    field_order = ["page", "names", "file", "leaves_out", "ends_at", "kind", "opens_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password"]  # each is generated
        self.read = People()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        text = "\n".join(part for part in (cleaned.get("names"), self._text_of_file(cleaned.get("file"))) if part)
        self.read = read_people(text)
        if self.read.bad_lines:
            self._show_all_lines(text)
            if not cleaned.get("leaves_out"):
                self.add_error("names", _("Some lines can't be used. Nothing is made yet."))
        elif not self.read.people and not self.errors:
            self.add_error("names", _("Type or upload at least one name."))
        if len(self.read.people) > MOST_NAMES:
            count = {"limit": MOST_NAMES, "count": len(self.read.people)}
            self.add_error("names", _("At most %(limit)d names at once; these are %(count)d.") % count)
        if self.errors and cleaned.get("file"):
            self._show_all_lines(text)
        return cleaned

    def _text_of_file(self, file: Any) -> str:
        if not file:
            return ""
        if file.size > MOST_BYTES:
            self.add_error("file", _("This file is larger than 1 MB."))
            return ""
        try:
            return read_text(file.read())
        except NotText:
            self.add_error("file", _("This file is no text. Export the names as CSV."))
            return ""

    def _show_all_lines(self, text: str) -> None:
        """Have the field show `text`, typed and uploaded: browsers do not keep a file for the second attempt."""
        self.data = {**dict(self.data.items()), self.add_prefix("names"): text}
        self.files = MultiValueDict()
