"""The two read-only panels of the page editor: access, and processing of the file."""

import datetime as dt
import re

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import PageViewRestriction

from tests.factories import (
    PASSWORD,
    browser,
    get_home,
    make_section,
    make_superuser,
    make_user,
    make_video,
    make_video_file,
)
from tests.wagtail_admin.access import address, open_session
from tests.wagtail_admin.page_screens import make_editor_of, text_of
from video_pages.access import passwords
from video_pages.access.effective_access import videos_opened
from video_pages.models import ProcessingJob, VideoPage
from video_pages.pages.panels.shared_file_warning import warning_of_page

pytestmark = pytest.mark.django_db


def edit_page(client, page):
    return client.get(f"/admin/pages/{page.pk}/edit/").content.decode()


def summary(client, page):
    """Return the text of the Access panel of `page`."""
    panel = edit_page(client, page).split("data-access-summary>", 1)[1].split("data-access-button", 1)[0]
    return text_of(panel)


def facts(client, page):
    """Return the text of the processing panel; "" while there is no file."""
    answer = client.get(f"{address(page)}processing/")
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_a_page_s_own_password_is_named_with_its_day(editor):
    video = make_video()
    passwords.set_password(video, PASSWORD, now=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))
    text = summary(editor, video)
    assert "Opened by its own password." in text
    assert "Mar 1, 2026, 12:00 UTC" in text


def test_a_section_s_password_is_named_with_the_section(editor):
    section = make_section("Members", password=PASSWORD)
    deep = make_section(parent=section)
    video = make_video(section=deep, password=None)
    assert "Opened by the password of the section “Members”." in summary(editor, video)
    assert "The section has none of its own." in summary(editor, deep)
    assert "It opens every video below that has no password of its own." in summary(editor, section)


def test_a_section_says_how_many_videos_its_password_opens(editor):
    section = make_section("Members", password=PASSWORD)
    make_video(section=section)
    passwords.set_open(make_video(section=section, password=None), True)
    other = make_section("Others", parent=section, password=PASSWORD)
    make_video(section=other, password=None)
    make_video(section=make_section(parent=other), password=None)
    assert videos_opened(section) == (0, 4)
    assert "It opens 0 of 4 videos." in summary(editor, section)
    make_video(section=make_section(parent=section), password=None)
    assert "It opens 1 of 5 videos." in summary(editor, section)
    passwords.remove_password(other)
    assert videos_opened(section) == (3, 5)


def test_a_section_whose_password_opens_all_its_videos_gives_no_number(editor):
    section = make_section("Members", password=PASSWORD)
    make_video(section=section, password=None)
    assert "It opens 1 of" not in summary(editor, section)


def test_a_draft_section_that_guards_says_so(editor):
    section = make_section("Members", password=PASSWORD, live=False)
    video = make_video(section=section, password=None)
    assert "“Members” is a draft. Its password opens this page all the same." in summary(editor, video)
    assert "This section is a draft. Its password guards what is below it all the same." in summary(editor, section)


def test_a_video_without_any_password_says_that_nobody_can_unlock_it(editor):
    video = make_video(password=None)
    text = summary(editor, video)
    assert "Nobody can unlock it yet." in text and "browser" not in text
    assert "The section has no password." in summary(editor, video.get_parent())


def test_an_open_video_says_so_and_that_a_password_waits_behind_the_mark(editor):
    video = make_video()
    passwords.set_open(video, True)
    text = summary(editor, video)
    assert "Open to everyone." in text
    assert "a password would be asked: one is set" in text
    assert "browser" not in text and "Access lasts" not in text


def test_wagtail_s_own_privacy_is_mentioned(editor):
    video = make_video()
    assert "privacy setting" not in summary(editor, video)
    PageViewRestriction.objects.create(page=video.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    assert "Wagtail's own privacy setting applies as well" in summary(editor, video)


def test_the_panel_shows_the_length_of_access_and_the_open_sessions(editor):
    video = make_video()
    assert "Access lasts 1 hour, as everywhere on the site." in summary(editor, video)
    assert "No browser has it open now." in summary(editor, video)
    passwords.set_access_minutes(video, 2880)
    later = timezone.now() + dt.timedelta(hours=1)
    open_session(video, "a" * 64, later)
    assert "1 browser has it open now." in summary(editor, video)
    open_session(video, "b" * 64, later)
    text = summary(editor, video)
    assert "Access lasts 2 days." in text
    assert "2 browsers have it open now." in text


def test_the_panel_of_a_video_shows_the_length_of_its_section(editor):
    section = make_section(password=PASSWORD)
    passwords.set_access_minutes(section, 45)
    assert "Access lasts 45 minutes." in summary(editor, make_video(section=section, password=None))


def test_a_new_page_is_locked_and_offers_no_dialog_before_it_has_an_id(editor):
    section = make_section()
    answer = editor.get(f"/admin/pages/add/video_pages/videopage/{section.pk}/").content.decode()
    assert "A new page is locked." in answer
    assert re.search(r"data-access-button\s+hidden", answer)


def test_the_panel_describes_the_page_and_not_an_old_draft(editor):
    """The editor opens the latest draft; what opens the page is no part of it."""
    video = make_video(password=None)
    video.save_revision()
    passwords.set_password(video, PASSWORD)
    assert "Opened by its own password." in summary(editor, video)


def test_the_editor_s_page_holds_no_hash_and_no_field_of_a_password(editor):
    video = make_video()
    markup = edit_page(editor, video)
    assert video.password_hash not in markup
    form = re.search(r"<form[^>]*data-edit-form.*?</form>", markup, re.S)[0]
    for name in ("password", "open_to_everyone", "access_minutes", "access-"):
        assert f'name="{name}' not in form


def test_the_file_is_described(editor):
    video = make_video(video_file=make_video_file(duration=724.4, width=1920, height=1080))
    expected = "Ready Process again New version film.mp4 · 12:04 · 4 KB · 1920×1080 · mp4, h264, aac"
    assert facts(editor, video) == expected
    assert facts(editor, video) in text_of(edit_page(editor, video))


def test_the_panel_shows_state_step_and_reason(editor):
    video = make_video(video_file=make_video_file(ready=False, audio_codec=""))
    assert facts(editor, video).startswith("Not processed yet")
    assert "no sound" in facts(editor, video)
    job = ProcessingJob.objects.create(
        video_file=video.video_file, source_version=1, state="processing", step="probe", progress=40
    )
    assert "Being processed 40% · Reading the file" in facts(editor, video)
    assert "40%" in facts(editor, video)
    job.state, job.reason = "refused", "It holds only sound."
    job.save()
    assert facts(editor, video).startswith("Refused")
    assert "It holds only sound." in facts(editor, video)


def test_a_file_that_browsers_cannot_play_is_warned_about(editor):
    video = make_video(video_file=make_video_file(container="matroska"))
    assert "This file can't be played by browsers as it is." in facts(editor, video)


def test_without_a_file_the_processing_panel_says_nothing(editor):
    video = make_video()
    VideoPage.objects.filter(pk=video.pk).update(video_file=None)
    assert facts(editor, video) == ""


def test_the_processing_panel_describes_the_file_of_the_latest_draft(editor):
    video = make_video()
    video.video_file = make_video_file(duration=60)
    video.save_revision()
    assert "1:00" in facts(editor, video)


def test_the_file_is_described_only_to_users_who_may_edit():
    video = make_video()
    headers = {"x-requested-with": "XMLHttpRequest"}
    assert (
        browser(make_user("editor", "Editors")).get(f"{address(video)}processing/", headers=headers).status_code == 200
    )
    assert browser(make_user("nobody")).get(f"{address(video)}processing/", headers=headers).status_code == 403
    assert browser().get(f"{address(video)}processing/", headers=headers).status_code == 403
    section = video.get_parent()
    assert browser(make_superuser()).get(f"{address(section)}processing/").status_code == 404


class TestAFileOnTwoPages:
    def pair(self, *, here, there):
        """Return two pages that share one file, each opened as `here` and `there` say."""
        members, free = make_section("Members", password=PASSWORD), make_section("Free")
        file = make_video_file()

        def page(title, how):
            section = members if how == "section" else free
            video = make_video(title, section=section, password=PASSWORD if how == "own" else None, video_file=file)
            if how == "open":
                passwords.set_open(video, True)
            return video

        return page("Here", here), page("There", there)

    @pytest.mark.parametrize(
        ("here", "there", "says"),
        [
            ("own", "open", "“There” is less protected: it is open to everyone"),
            ("open", "own", "This page is less protected: it is open to everyone"),
            ("own", "section", "“There” is less protected: the password of the section “Members” shows the film."),
            ("section", "own", "This page is less protected: the password of the section “Members” shows the film."),
            ("nobody", "own", "The password of “There” shows the film"),
            ("nobody", "nobody", "Nobody can unlock any of them yet."),
        ],
    )
    def test_the_less_protected_page_is_named(self, editor, here, there, says):
        page, _other = self.pair(here=here, there=there)
        warning = warning_of_page(page, get_user_model().objects.get(username="admin"))
        assert warning.startswith("This file is used on the page “There” as well.")
        assert says in warning
        assert says in facts(editor, page)

    def test_a_file_on_one_page_and_its_aliases_is_not_warned_about(self):
        video, user = make_video(), make_superuser()
        alias = video.create_alias(parent=make_section(), update_slug="alias")
        assert warning_of_page(video, user) == ""
        assert warning_of_page(alias, user) == ""

    def test_more_pages_are_counted(self):
        here, _there = self.pair(here="own", there="own")
        make_video("Third", section=make_section(), video_file=here.video_file)
        assert "on 2 other pages as well" in warning_of_page(here, make_superuser())

    def test_a_page_that_was_never_saved_is_compared_with_the_others(self):
        here, _there = self.pair(here="own", there="open")
        page = VideoPage(title="New", video_file=here.video_file)
        assert "open to everyone" in warning_of_page(page, make_superuser())

    @pytest.mark.parametrize(
        ("there", "says"),
        [
            ("own", "One that you can't see has a password, which shows the film."),
            ("open", "One that you can't see is less protected: it is open to everyone"),
            ("section", "One that you can't see is less protected: the password of its section shows the film."),
            ("nobody", "Nobody can unlock any of them yet."),
        ],
    )
    def test_pages_that_the_reader_does_not_see_are_counted_and_not_named(self, there, says):
        unused, _there = self.pair(here="nobody", there=there)
        here = make_video("Elsewhere", password=None, video_file=unused.video_file)
        VideoPage.objects.filter(pk=unused.pk).update(video_file=None)
        client = browser(make_editor_of(here.get_parent(), "change"))
        markup = edit_page(client, here)
        assert "This file is used on 1 other page as well, which you can't see." in text_of(markup)
        assert says in text_of(markup)
        for title in ("There", "Members"):
            assert title not in text_of(markup)
        assert "There" not in facts(client, here)

    def test_of_several_pages_those_that_the_reader_sees_are_named(self):
        here, there = self.pair(here="own", there="section")
        visible = make_video("Seen", section=here.get_parent(), video_file=here.video_file)
        user = make_editor_of(here.get_parent(), "change")
        warning = warning_of_page(here, user)
        assert "on 2 other pages as well, “Seen” among them. You can't see 1 of them." in warning
        assert there.title not in warning
        make_editor_of(there.get_parent(), "add")
        type(user).objects.filter(pk=user.pk).update(is_superuser=True)
        assert there.title in warning_of_page(visible, type(user).objects.get(pk=user.pk))

    def test_an_alias_hides_the_file_of_a_source_that_the_user_may_not_edit(self):
        video = make_video(video_file=make_video_file(duration=724.4))
        alias = video.create_alias(parent=make_section(), update_slug="alias")
        client = browser(make_editor_of(alias.get_parent(), "change"))
        headers = {"x-requested-with": "XMLHttpRequest"}
        assert client.get(f"{address(alias)}processing/", headers=headers).status_code == 403
        make_editor_of(video.get_parent(), "change")
        assert "12:04" in facts(client, alias)


class TestTheStatusPanel:
    def status_of(self, editor, page):
        markup = editor.get(f"/admin/pages/{page.pk}/edit/").content.decode()
        return text_of(markup[markup.index("data-access-status") :][:1500]), text_of(markup)

    def test_it_names_what_opens_a_video_and_never_says_that_anyone_can_view_or_edit(self, editor):
        section = make_section("Gala films", password="of the section")
        pages = {
            "Opened by its own password": make_video("Own"),
            "Opened by the password of its section": make_video("Inside", section=section, password=None),
            "Nobody can unlock it yet": make_video("Without", password=None),
        }
        for title, page in pages.items():
            status, everything = self.status_of(editor, page)
            assert title in status
            assert "No editing lock" in everything
            for misleading in ("Visible to all", "anyone can view", "Anyone can edit", "Unlocked"):
                assert misleading not in everything

    def test_an_open_video_and_one_whose_date_is_over_are_shown_as_such(self, editor):
        opened, over = make_video("Open"), make_video("Over")
        VideoPage.objects.filter(pk=opened.pk).update(open_to_everyone=True)
        VideoPage.objects.filter(pk=over.pk).update(access_until=timezone.now() - dt.timedelta(days=1))
        assert "Open to everyone" in self.status_of(editor, opened)[0]
        assert "The password opens nothing any more" in self.status_of(editor, over)[0]

    def test_other_pages_keep_wagtail_s_words(self, editor):
        markup = editor.get(f"/admin/pages/{get_home().pk}/edit/").content.decode()
        assert "data-access-status" not in markup and "Visible to all" in markup
