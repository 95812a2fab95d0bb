"""The rules for the invitations of a section, on a screen of their own. Those of the site are in Settings."""

from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic.edit import FormMixin, ProcessFormView
from wagtail.admin import messages
from wagtail.log_actions import log

from video_pages.access.invitations.rule_models import RULES, SectionInvitationRules
from video_pages.access.invitations.rules import RuleBook
from video_pages.core.log_actions import LogAction
from video_pages.pages.models import VideoIndexPage
from video_pages.pages.permissions import RULES_CODENAME, may_set_invitation_rules
from video_pages.wagtail_admin.invitations.section_screen import SectionScreen


def rules_permission() -> QuerySet[Permission]:
    """Return the permission for the screen of groups; a hook of Wagtail."""
    return Permission.objects.filter(content_type__app_label="video_pages", codename=RULES_CODENAME)


class SectionRulesForm(forms.ModelForm):
    """The rules of one section."""

    prefix = "rules"

    class Meta:
        model = SectionInvitationRules
        fields = RULES
        widgets = {"override": forms.RadioSelect}


class SectionRulesView(FormMixin, ProcessFormView, SectionScreen):
    """Shows and sets the rules of a section, and says which apply together with those above it."""

    template_name = "video_pages/admin/invitations/rules.html"
    form_class = SectionRulesForm

    def get_page_title(self) -> str:
        return _("Rules for invitations in “%(title)s”") % {"title": self.section.get_admin_display_title()}

    def may_see(self, section: VideoIndexPage) -> bool:
        return may_set_invitation_rules(section, self.request.user)

    def get_prefix(self) -> str:
        return SectionRulesForm.prefix

    def get_form_kwargs(self) -> dict[str, Any]:
        row = SectionInvitationRules.objects.filter(section=self.section).first()
        return {**super().get_form_kwargs(), "instance": row or SectionInvitationRules(section=self.section)}

    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        log(instance=self.section, action=LogAction.INVITATION_RULES, user=self.request.user)
        messages.success(self.request, _("The rules are set. They apply to invitations that are made from now on."))
        return redirect("invitations:rules", self.section.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rules = RuleBook().rules_for(self.section.path)
        broken = f"{reverse('invitations:index')}?within={self.section.pk}&rules=broken"
        context.update(section=self.section, sentences=rules.sentences(), override=rules.override, broken_url=broken)
        return context
