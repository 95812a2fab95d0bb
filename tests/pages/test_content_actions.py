"""Actions on tags, dates and editors: each refuses a user without the right, and changes nothing then."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests import factories
from tests.actions import assert_refuses_or_acts
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoPage
from video_pages.pages.content_actions import ChangeTagsAction, ScheduleAction, ScheduleConflict, SetEndAction
from video_pages.sections.editors import EditorsPermissionError, SetSectionEditorsAction, editors_group_of

pytestmark = pytest.mark.django_db

BEGIN, END = (timezone.now() + dt.timedelta(days=days) for days in (1, 9))
# Each action, groups of users that it accepts, and its entry in the log.
ACTIONS = {
    "tags": (
        lambda video, user: ChangeTagsAction(video, add=["ships"], user=user),
        {"Editors", "Moderators"},
        LogAction.TAGS_CHANGED,
    ),
    "end": (lambda video, user: SetEndAction(video, END, user=user), {"Moderators"}, LogAction.END_SET),
    "schedule": (
        lambda video, user: ScheduleAction(video, BEGIN, user=user),
        {"Moderators"},
        "wagtail.publish.schedule",
    ),
}


def state_of(video):
    page = VideoPage.objects.get(pk=video.pk)
    return list(page.tags.names()), page.expire_at, page.approved_schedule


@pytest.mark.parametrize("group", ["", "Editors", "Moderators"])
@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_on_content_refuses_or_acts_and_logs(name, group):
    make, accepted, log_action = ACTIONS[name]
    video, user = factories.make_video(live=False), factories.make_user("person", group)
    PageLogEntry.objects.all().delete()
    assert_refuses_or_acts(make, video, user, is_accepted=group in accepted, state_of=state_of, log_action=log_action)


def test_a_live_video_is_not_scheduled_and_none_ends_before_it_begins():
    user = factories.make_superuser()
    for video, end, reason in (
        (factories.make_video("Live"), None, "It is live already."),
        (factories.make_video("Draft", live=False), BEGIN, "Its end comes before that."),
    ):
        with pytest.raises(ScheduleConflict, match=reason):
            ScheduleAction(video, BEGIN, end, user=user).execute()
        assert not VideoPage.objects.get(pk=video.pk).approved_schedule


def test_editors_are_chosen_only_by_those_who_may_change_users():
    section = factories.make_section("Own")
    for group in ("", "Editors", "Moderators"):
        with pytest.raises(EditorsPermissionError):
            SetSectionEditorsAction(section, user=factories.make_user(f"in {group}", group)).execute()
    section.refresh_from_db()
    assert section.collection is None and editors_group_of(section) is None
    owner = factories.make_superuser()
    group = SetSectionEditorsAction(section, user=owner).execute()
    section.refresh_from_db()
    entry = PageLogEntry.objects.get(action=LogAction.EDITORS_CHOSEN)
    assert (entry.page_id, entry.user) == (section.pk, owner)
    assert entry.data == {"group": group.name, "collection": section.collection.name}
