"""The forms of one invitation. They validate; the services in `access.invitations` write."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.models import User
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
from video_pages.pages.models import VideoIndexPage, VideoPage
from video_pages.wagtail_admin.access.moments import KeepsMoments, MomentInput, moment_help, validate_future
from video_pages.wagtail_admin.invitations.mail_field import MailToField, clean_mail_to


class LimitsForm(KeepsMoments, forms.ModelForm):
    """The label and the limits of an invitation."""

    prefix = "invitation"

    class Meta:
        model = Invitation
        fields = [
            *("label", "opens_at", "ends_at", "window_hours", "most_viewers", "at_once"),
            *("allows_download", "shows_label", "note"),
        ]
        widgets = {
            "opens_at": MomentInput,
            "ends_at": MomentInput,
            "note": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "opens_at": moment_help(gettext_lazy("Before then it opens nothing. Empty: it opens from the start.")),
            "ends_at": moment_help(
                gettext_lazy("From then on it opens nothing, and a film that is still playing stops.")
            ),
            "allows_download": gettext_lazy("Also where no video or section allows them; not where one says “off”."),
            "shows_label": gettext_lazy("Faint, with the time. It deters people from passing the film on; no more."),
        }

    mail_to = MailToField()
    overrides_rules = forms.BooleanField(label=gettext_lazy("Go against the rules"), required=False)

    def __init__(self, *args: Any, user: User, rules: Rules, must_end: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_at"].required = must_end
        self.rules = rules
        mail_field: Any = self.fields["mail_to"]
        self.initial["mail_to"] = mail_field.show(self.instance)
        if not rules.sentences() or not rules.may_override(user):
            del self.fields["overrides_rules"]

    def clean_ends_at(self) -> dt.datetime | None:
        ends_at: dt.datetime | None = self.cleaned_data["ends_at"]
        if ends_at is not None:
            validate_future(ends_at)
        return ends_at

    def clean_mail_to(self) -> str:
        return clean_mail_to(self)

    def clean(self) -> dict[str, Any]:
        self.keep_moments()
        return super().clean() or self.cleaned_data

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
