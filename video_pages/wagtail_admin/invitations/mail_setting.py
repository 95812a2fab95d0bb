"""The setting in a user's account: mail about invitations, once a day."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from video_pages.access.invitations.models import InvitationMail
from video_pages.pages.permissions import may_invite


class InvitationMailForm(forms.ModelForm):
    """The choice of invitations that the mail is about, or of no mail."""

    class Meta:
        model = InvitationMail
        fields = ["about"]
        widgets = {"about": forms.RadioSelect}
        help_texts = {
            "about": gettext_lazy(
                "When one is played for the first time, when it ends by its date, and when the watch window of a viewer"
                " ends. The dashboard says so too."
            )
        }


class InvitationMailPanel(BaseSettingsPanel):
    """Shown to users who may invite, on a site that sends mail."""

    name = "invitation_mail"
    title = gettext_lazy("Mail about invitations")
    tab = notifications_tab
    order = 200
    form_class = InvitationMailForm

    def is_active(self) -> bool:
        return bool(settings.DELIVERS_MAIL) and may_invite(self.user)

    def get_form(self) -> InvitationMailForm:
        instance = InvitationMail.objects.filter(user=self.user).first() or InvitationMail(user=self.user)
        return InvitationMailForm(self.request.POST or None, instance=instance, prefix=self.name)
