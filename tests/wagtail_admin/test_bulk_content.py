"""Bulk actions on tags, dates and processing: written data, unpublished changes, refusals."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests.factories import browser, make_section, make_superuser, make_video
from tests.home.block_pages import make_image
from tests.wagtail_admin.access import fresh
from tests.wagtail_admin.bulk import ask, reasons, send, send_whole
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.passwords import set_open
from video_pages.core.log_actions import LogAction
from video_pages.models import ProcessingJob, VideoPage

pytestmark = pytest.mark.django_db


def published(title, **options):
    """A live video that has revisions, as one made in the editor has."""
    video = make_video(title, **options)
    video.save_revision().publish()
    return fresh(video)


def tags(page):
    return sorted(page.tags.names())


def typed(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def test_tags_are_added_and_taken_away_on_the_page_and_in_its_draft(editor):
    video = published("The harbour")
    draft = video.get_latest_revision_as_object()
    draft.title = "The old harbour"
    draft.save_revision()
    send(editor, "change_tags", video, add="ships, spring", remove="")
    send(editor, "change_tags", video, add="", remove="spring")
    video = fresh(video)
    assert tags(video) == ["ships"]
    assert tags(video.get_latest_revision_as_object()) == ["ships"]
    assert video.title == "The harbour", "the draft is not published by that"
    assert video.has_unpublished_changes
    assert video.get_latest_revision_as_object().title == "The old harbour"
    assert PageLogEntry.objects.filter(page=video.pk, action=LogAction.TAGS_CHANGED).count() == 2


def test_tagging_adds_no_unpublished_changes(editor):
    video = published("The harbour")
    send(editor, "change_tags", video, add="ships", remove="")
    video = fresh(video)
    assert not video.has_unpublished_changes
    assert video.live_revision_id == video.latest_revision_id
    video.get_latest_revision().publish()
    assert tags(fresh(video)) == ["ships"]


def test_a_page_that_never_had_a_revision_can_be_tagged(editor):
    video = make_video()
    assert send(editor, "change_tags", video, add="ships", remove="")["done"] == [video.pk]
    assert tags(fresh(video)) == ["ships"]


def test_both_forms_for_tags_say_how_a_tag_ends_and_nothing_of_quotation_marks(editor):
    video = make_video()
    whole = ask(editor, "change_tags", video).content.decode()
    edited = editor.get(reverse("wagtailadmin_pages:edit", args=[video.pk])).content.decode()
    assert "visitors don&#x27;t see them. A comma or the Enter key ends a tag." in edited
    for screen in (whole, edited):
        assert screen.count("A comma or the Enter key ends a tag.") == 1
        assert "data-w-tag-url-value" in screen
        assert "double quotes" not in screen


def test_the_forms_of_uploads_files_and_images_do_so_too(editor):
    file = make_video().video_file
    addresses = [reverse("upload_video"), "/admin/media/video/add/", f"/admin/media/edit/{file.pk}/"]
    image = make_image()
    addresses += ["/admin/images/add/", f"/admin/images/{image.pk}/", "/admin/images/chooser/"]
    for address in addresses:
        screen = editor.get(address).content.decode()
        assert screen.count("A comma or the Enter key ends a tag.") == 1, address
        assert "data-w-tag-url-value" in screen and "double quotes" not in screen, address


def test_no_tag_at_all_is_refused(editor):
    answer = ask(editor, "change_tags", make_video())
    assert "Add" in answer.content.decode()
    whole = editor.post(answer.request["PATH_INFO"], {"ids": answer.context["ids"], "add": "", "remove": ""})
    assert "Name a tag to add or to remove." in whole.content.decode()


def test_a_page_locked_by_another_or_scheduled_is_left_out_with_the_reason(editor):
    locked, scheduled = published("Locked"), make_video("Scheduled", live=False)
    lock = {"locked": True, "locked_by": make_superuser("other"), "locked_at": timezone.now()}
    VideoPage.objects.filter(pk=locked.pk).update(**lock)
    scheduled.go_live_at = timezone.now() + dt.timedelta(days=1)
    scheduled.save_revision().publish()
    answer = send(editor, "change_tags", locked, scheduled, add="ships", remove="")
    assert answer["done"] == []
    assert reasons(answer) == {
        "Locked": "It is locked.",
        "Scheduled": "It is scheduled to go live: cancel that in its editor first.",
    }


def test_drafts_are_scheduled_and_live_videos_given_an_end(editor):
    draft, live = make_video("Draft", live=False), published("Live")
    begin, end = (timezone.now() + dt.timedelta(days=days) for days in (1, 9))
    fields = {"go_live_at": typed(begin), "expire_at": typed(end)}
    answer = send(editor, "schedule", draft, live, **fields)
    assert answer["done"] == [draft.pk, live.pk]
    scheduled = fresh(draft)
    assert not scheduled.live and scheduled.approved_schedule
    assert typed(scheduled.get_scheduled_revision_as_object().expire_at) == fields["expire_at"]
    ending = fresh(live)
    assert ending.live and typed(ending.expire_at) == fields["expire_at"]
    answer = send(editor, "schedule", live, go_live_at=fields["go_live_at"], expire_at="")
    assert reasons(answer) == {"Live": "It is live already."}
    assert send(editor, "schedule", live, go_live_at="", expire_at=fields["expire_at"])["done"] == [live.pk]
    assert typed(ending.get_latest_revision_as_object().expire_at) == fields["expire_at"]
    assert PageLogEntry.objects.filter(page=live.pk, action=LogAction.END_SET).exists()


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (None, None, "Choose a date, or one to remove."),
        (-1, None, "still to come"),
        (None, -1, "still to come"),
        (2, 1, "The end must come after the beginning."),
    ],
)
def test_dates_that_make_no_sense_are_refused(editor, begin, end, words):
    video = make_video(live=False)
    now = timezone.now()
    fields = {
        name: typed(now + dt.timedelta(days=days)) if days else ""
        for name, days in (("go_live_at", begin), ("expire_at", end))
    }
    answer = ask(editor, "schedule", video)
    whole = editor.post(answer.request["PATH_INFO"], {"ids": answer.context["ids"], **fields})
    assert words in whole.content.decode()
    assert not fresh(video).approved_schedule


def test_dates_are_removed_from_drafts_and_live_videos(editor):
    draft, live, plain = make_video("Draft", live=False), published("Live"), published("Plain")
    begin, end = (timezone.now() + dt.timedelta(days=days) for days in (1, 9))
    send(editor, "schedule", draft, go_live_at=typed(begin), expire_at=typed(end))
    send(editor, "schedule", live, go_live_at="", expire_at=typed(end))
    refused = send(editor, "schedule", draft, go_live_at=typed(end), expire_at="")
    assert reasons(refused) == {"Draft": "It is scheduled to go live: remove that date first."}
    answer = send(editor, "schedule", live, plain, go_live_at="", expire_at="", remove_expire_at="on")
    assert answer["done"] == [live.pk] and reasons(answer) == {"Plain": "It has no end."}
    assert fresh(live).live and fresh(live).expire_at is None
    assert fresh(live).get_latest_revision_as_object().expire_at is None
    fields = {"go_live_at": "", "remove_go_live_at": "on", "expire_at": "", "remove_expire_at": "on"}
    assert send(editor, "schedule", draft, **fields)["done"] == [draft.pk]
    unscheduled = fresh(draft)
    assert not unscheduled.approved_schedule and not unscheduled.live
    latest = unscheduled.get_latest_revision_as_object()
    assert latest.go_live_at is None and latest.expire_at is None
    assert PageLogEntry.objects.filter(page=draft.pk, action="wagtail.schedule.cancel").exists()


@pytest.mark.parametrize("begin", [1, 30])
def test_a_removed_end_does_not_come_back_with_the_date_to_go_live(editor, begin):
    draft, live = make_video("Draft", live=False), published("Live")
    end = typed(timezone.now() + dt.timedelta(days=9))
    send(editor, "schedule", draft, live, go_live_at="", expire_at=end)
    goes_live = typed(timezone.now() + dt.timedelta(days=begin))
    fields = {"go_live_at": goes_live, "expire_at": "", "remove_expire_at": "on"}
    answer = send(editor, "schedule", draft, live, **fields)
    assert answer["done"] == [draft.pk, live.pk], "a date to go live changes no live video"
    for video in (draft, live):
        assert fresh(video).expire_at is None
        assert fresh(video).get_latest_revision_as_object().expire_at is None
    assert fresh(draft).scheduled_revision.as_object().expire_at is None
    assert typed(fresh(draft).scheduled_revision.as_object().go_live_at) == goes_live


def test_a_choice_without_any_date_is_refused_at_the_field(editor):
    video = make_video(live=False)
    for action, field, fields in (
        ("schedule", "go_live_at", {"go_live_at": "", "expire_at": ""}),
        ("end_date", "until", {"access-until": ""}),
        ("change_tags", "add", {"add": "", "remove": ""}),
    ):
        form = send_whole(editor, action, video, **fields).context["form"]
        assert list(form.errors) == [field]


def test_what_is_said_of_one_video_does_not_count_it(editor):
    live, draft = published("Live"), make_video("Draft", live=False)
    assert "It is live already: it can be given an end only." in ask(editor, "schedule", live).content.decode()
    assert "1 of them is live already" in ask(editor, "schedule", live, draft).content.decode()


@pytest.mark.parametrize(
    ("action", "options", "said"),
    [
        ("schedule", {}, ["All of them are live already: they can be given an end only."]),
        ("publish", {"live": False, "password": None}, ["None of them has a password, nor has a section above them"]),
        ("set_one_password", {"open": True}, ["All of them are open to everyone and stay so"]),
        (
            "set_one_password",
            {"password": None, "section": "Club"},
            ["All of them are opened by the password of their"],
        ),
        ("end_date", {"open": True}, ["All of them are open to everyone: a date counts once they"]),
        ("move", {"password": None, "section": "Club"}, ["None of them has a password of its own: from then on they"]),
        ("move", {}, ["All of them have passwords of their own and keep them."]),
        ("move", {"password": None}, ["All of them are open to everyone, or nobody can unlock them yet"]),
    ],
)
def test_what_is_true_of_all_chosen_videos_is_said_of_all_and_not_counted(editor, action, options, said):
    options = dict(options)
    if "section" in options:
        options["section"] = make_section(options["section"], password="of the section")
    is_open = options.pop("open", False)
    videos = [make_video(f"Film {number}", **options) for number in range(2)]
    for video in videos if is_open else ():
        set_open(video, True)
    html = ask(editor, action, *videos).content.decode()
    assert all(each in html for each in said)
    assert "2 of them" not in html


def test_only_the_end_is_asked_for_if_no_chosen_video_can_go_live(editor):
    live, draft, waiting = published("Live"), make_video("Draft", live=False), published("Waiting")
    waiting.go_live_at = timezone.now() + dt.timedelta(days=1)
    waiting.save_revision().publish()

    def asked(*videos):
        return list(ask(editor, "schedule", *videos).context["form"].fields)

    whole = ["go_live_at", "remove_go_live_at", "expire_at", "remove_expire_at"]
    assert asked(live) == asked(live, published("Another")) == ["expire_at", "remove_expire_at"]
    assert asked(live, draft) == asked(live, waiting) == whole
    later = timezone.now() + dt.timedelta(days=3)
    assert send(editor, "schedule", live, expire_at=typed(later))["done"] == [live.pk]
    assert fresh(live).expire_at == later.replace(second=0, microsecond=0)
    form = send_whole(editor, "schedule", live, expire_at="").context["form"]
    assert list(form.errors) == ["expire_at"]
    # A batch of a selection with drafts is refused film by film, not as a whole.
    assert reasons(send(editor, "schedule", live, go_live_at=typed(later), expire_at=""))


def test_three_live_videos_have_nothing_to_publish_and_a_true_reason(editor):
    html = ask(editor, "publish", *(published(f"Film {number}") for number in range(3))).content.decode()
    assert "There is nothing to do. The reasons are below." in html
    assert "Its latest version is live already." in html


def test_a_user_who_may_not_publish_can_tag_and_not_schedule():
    section = make_section()
    video = make_video("Mine", section=section)
    client = browser(make_editor_of(section, "change"))
    later = typed(timezone.now() + dt.timedelta(days=1))
    answer = send(client, "schedule", video, go_live_at="", expire_at=later)
    assert reasons(answer) == {"Mine": "You may not publish it."}
    assert send(client, "change_tags", video, add="ships", remove="")["done"] == [video.pk]


def test_finished_videos_are_submitted_again_and_running_ones_are_not(editor):
    ready, waiting, empty = make_video("Ready"), make_video("Waiting"), make_video("Empty")
    ProcessingJob.objects.filter(video_file=waiting.video_file).update(state="queued")
    VideoPage.objects.filter(pk=empty.pk).update(video_file=None)
    answer = send(editor, "process_again", ready, waiting, empty)
    assert answer["done"] == [ready.pk]
    assert reasons(answer) == {
        "Waiting": "It is waiting or being processed already.",
        "Empty": "It has no file.",
    }
    assert ProcessingJob.objects.get(video_file=ready.video_file).state == "queued"
    assert PageLogEntry.objects.filter(page=ready.pk, action=LogAction.PROCESS_AGAIN).exists()


def test_an_editor_of_another_section_has_nothing_processed():
    video = make_video("Another's")
    client = browser(make_editor_of(make_section("Theirs"), "change", "publish"))
    answer = send(client, "process_again", video)
    assert answer["done"] == []
    assert ProcessingJob.objects.get(video_file=video.video_file).state == "ready"
