"""The form of a site's rules about access, in the admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminModelForm

from video_pages.access.embed_sites import MOST_SITES, read_sites
from video_pages.access.lengths import LengthField
from video_pages.access.unfound_passwords import count_unfound
from video_pages.core.typography import join_sentences


class AccessSettingsForm(WagtailAdminModelForm):
    """The form of the site's rules about access; a length is typed as a number and a unit."""

    access_minutes = LengthField(
        label=_("Access lasts"),
        help_text=_(
            "How long a password opens a video. A film that is longer stays open until 15 minutes after its end."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["finds_passwords"]
        before = _(
            "A password that was set before is found only after somebody has typed it once at the film’s own page."
        )
        field.help_text = join_sentences([field.help_text, before])
        has_site = self.instance.finds_passwords and self.instance.site_id
        count = count_unfound(self.instance.site.root_page.path) if has_site else 0
        if count:
            text = ngettext("%(count)d password is not found yet.", "%(count)d passwords are not found yet.", count)
            field.help_text = join_sentences([field.help_text, text % {"count": count}])

    def clean_embed_sites(self) -> str:
        try:
            sites = read_sites(self.cleaned_data["embed_sites"])
        except ValueError as wrong:
            message = _(
                "“%(line)s” is not the address of a site. Write one on each line, such as https://school.example."
            )
            raise ValidationError(message, code="no_site", params={"line": wrong.args[0]}) from None
        if len(sites) > MOST_SITES:
            raise ValidationError(_("At most %(most)d sites."), code="too_many", params={"most": MOST_SITES})
        return "\n".join(sites)
