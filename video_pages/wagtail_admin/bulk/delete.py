"""The bulk action that deletes videos."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page, ReferenceIndex, Site

from video_pages.core import site_names
from video_pages.core.whole_numbers import read_whole_number
from video_pages.pages.models import VideoPage
from video_pages.pages.permissions import may_delete
from video_pages.wagtail_admin.bulk.notes import note_on
from video_pages.wagtail_admin.bulk.publish import OnVideos
from video_pages.wagtail_admin.deletion import sentence_on_followers


class DeleteForm(forms.Form):
    """The confirmation. For many videos it requires `name`, that of the site, as Wagtail's own screen does."""

    total = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)
    site_name = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, total: int, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = name
        self.initial["total"] = total
        if total < getattr(settings, "WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT", 10):
            del self.fields["site_name"]
        else:
            label = gettext_lazy("To confirm, type the name of the site: %(name)s")
            self.fields["site_name"].label = label % {"name": name}

    def clean_site_name(self) -> str:
        typed = self.cleaned_data["site_name"]
        if " ".join(typed.split()) != self._name:
            raise forms.ValidationError(_("This is not the name of the site."), code="not_confirmed")
        return typed


class DeleteVideos(OnVideos):
    """Deletes pages; the uploaded files stay in the media library."""

    display_name = gettext_lazy("Delete")
    action_type = "delete"
    aria_label = gettext_lazy("Delete the selected videos")
    action_priority = 90
    classes = {"serious"}
    button_classes = "serious"
    form_class = DeleteForm
    refusal = gettext_lazy("You may not delete it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        total = read_whole_number(self.request.POST.get("total"))
        name = site_names.name_of(Site.find_for_request(self.request))
        return {**super().get_form_kwargs(), "total": len(self.chosen) if total is None else total, "name": name}

    def may(self, video: VideoPage) -> bool:
        return may_delete(video, self.request.user)

    def question(self, count: int) -> str:
        return ngettext(
            "%(count)d video is deleted, with its password, its drafts and its statistics. This can't be undone.",
            "%(count)d videos are deleted, with their passwords, their drafts and their statistics. This can't be "
            "undone.",
            count,
        ) % {"count": count}

    def notes(self, videos: list[VideoPage]) -> list[str]:
        notes = [_("The uploaded files stay in the media library. Delete them there if they are to go as well.")]
        also_deleted = sentence_on_followers(Page.objects.filter(pk__in=[video.pk for video in videos]))
        if also_deleted:
            notes.append(also_deleted)
        linked = _linked_to(videos)
        if linked:
            notes.append(
                note_on(
                    linked,
                    len(videos),
                    one=_("Other pages link to it: these links will lead nowhere."),
                    every=_("Other pages link to all of them: these links will lead nowhere."),
                    some=ngettext(
                        "Other pages link to %(count)d of them: these links will lead nowhere.",
                        "Other pages link to %(count)d of them: these links will lead nowhere.",
                        linked,
                    ),
                )
            )
        return notes

    def notes_on_many(self) -> list[str]:
        return [
            *super().notes_on_many(),
            _("This also deletes the aliases and translations of these videos."),
            _("Links of other pages to these videos will lead nowhere."),
        ]

    def yes(self) -> str:
        return _("Delete")

    def act_on(self, video: VideoPage, fields: dict[str, Any]) -> None:
        page = VideoPage.objects.filter(pk=video.pk).first()
        if page is not None:  # an alias is deleted with its source, which may have come before it
            page.delete(user=self.request.user)


def _linked_to(videos: list[VideoPage]) -> int:
    """Return how many of `videos` other pages link to, in their texts or choosers."""
    ids = [str(video.pk) for video in videos]
    page_type = ContentType.objects.get_for_model(Page)
    named = ReferenceIndex.objects.filter(to_content_type=page_type, to_object_id__in=ids)
    return named.values("to_object_id").distinct().count()
