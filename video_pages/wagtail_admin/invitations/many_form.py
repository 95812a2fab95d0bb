"""The form of an invitation for each of many names. It validates; the services in `access.invitations` write."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from video_pages.access.invitations.by_mail.bindings import NO_MAIL, read_binding
from video_pages.core.humanize import format_size
from video_pages.core.typography import join_list
from video_pages.library.encodings import NotText, read_text
from video_pages.wagtail_admin.invitations.forms import InvitationForm
from video_pages.wagtail_admin.invitations.names import MOST_NAMES, People, read_people

MOST_BYTES = 1024 * 1024  # of a file with names
MOST_LINES_NAMED = 20


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
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )
    leaves_out = forms.BooleanField(
        label=gettext_lazy("Leave out the lines that can't be used"),
        required=False,
    )
    binds_addresses = forms.BooleanField(
        label=gettext_lazy("Each only for the address in its line"),
        required=False,
        help_text=gettext_lazy(
            "Whoever opens one gets a code at this address, so nobody else can. The address is kept as a fingerprint."
        ),
    )

    class Meta(InvitationForm.Meta):
        fields = [name for name in InvitationForm.Meta.fields if name != "label"]  # each name is a label

    field_order = ["page", "names", "file", "leaves_out", "ends_at", "kind", "opens_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password"]  # each is generated
        help_text = _("CSV or plain text, in any common encoding, of at most %(size)s.")
        self.fields["file"].help_text = help_text % {"size": format_size(MOST_BYTES)}
        if not settings.DELIVERS_MAIL:
            self.fields["binds_addresses"].help_text = NO_MAIL
            self.fields["binds_addresses"].widget.attrs["disabled"] = True
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
        if cleaned.get("binds_addresses"):
            self._check_addresses(cleaned)
        if self.errors and cleaned.get("file"):
            self._show_all_lines(text)
        return cleaned

    def _check_addresses(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("mail_to"):
            self.add_error("mail_to", _("Choose one: this, or the address in each line."))
        without = [str(person.line) for person in self.read.people if not person.email]
        if without:
            lines = {"lines": join_list(without[:MOST_LINES_NAMED]) + (" …" if len(without) > MOST_LINES_NAMED else "")}
            self.add_error("binds_addresses", _("There is no address in these lines: %(lines)s.") % lines)
        for person in self.read.people:
            try:
                read_binding(person.email)
            except forms.ValidationError as error:
                self.add_error("binds_addresses", [_("Line %(line)d:") % {"line": person.line}, *error.messages])
                break

    def _text_of_file(self, file: Any) -> str:
        if not file:
            return ""
        if file.size > MOST_BYTES:
            self.add_error("file", _("This file is larger than %(size)s.") % {"size": format_size(MOST_BYTES)})
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
