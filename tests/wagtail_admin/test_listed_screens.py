"""The screens with the choice “Listed”: the access dialog, the Videos listing, the bulk action."""

import re

import pytest
from wagtail.models import PageLogEntry

from tests import factories
from tests.wagtail_admin.access import NEW, act, address, fresh
from tests.wagtail_admin.bulk import send_whole
from video_pages.access.set_listed import set_listed
from video_pages.core.signals import pages_updated

pytestmark = pytest.mark.django_db


def text_of(response):
    """Return the text of a page with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


class TestDialog:
    def test_the_form_that_sets_a_password_asks_and_sets_both(self, editor):
        video = factories.make_video(password=None)
        assert 'name="access-listed"' in editor.get(address(video)).content.decode()
        response = act(editor, video, "set_password", fragment=True, password=NEW, listed="nowhere")
        assert "Not listed: only those who have its address find it." in text_of(response)
        assert fresh(video).listed == "nowhere" and fresh(video).check_password(NEW)

    def test_a_title_is_hidden_at_the_moment_at_which_its_password_is_set(self, editor):
        video, found = factories.make_video(password=None), []

        def look_and_fail(page_ids, **_signal):
            found.append((fresh(video).listed, bool(fresh(video).password_hash)))
            if found[-1][0] == "nowhere":
                raise RuntimeError("the disk is full")

        pages_updated.connect(look_and_fail)
        try:
            with pytest.raises(RuntimeError):
                act(editor, video, "set_password", fragment=True, password=NEW, listed="nowhere")
        finally:
            pages_updated.disconnect(look_and_fail)
        assert found[-1] == ("nowhere", True)
        assert (fresh(video).listed, fresh(video).password_hash) == ("everywhere", ""), "both or neither"

    def test_a_generated_password_asks_as_well(self, editor):
        section = factories.make_section()
        act(editor, section, "generate", fragment=True, listed="unlocked")
        assert fresh(section).listed == "unlocked" and fresh(section).password_hash

    def test_it_changes_alone_and_the_log_gives_no_values(self, editor):
        video = factories.make_video()
        before = fresh(video).password_hash
        act(editor, video, "set_listed", listed="unlocked")
        assert (fresh(video).listed, fresh(video).password_hash) == ("unlocked", before)
        assert not PageLogEntry.objects.filter(page=video.pk, action="video_pages.access_changed").last().data

    def test_an_unknown_choice_sets_neither(self, editor):
        video = factories.make_video(password=None)
        response = act(editor, video, "set_password", password=NEW, listed="somewhere")
        assert "Choose one of these." in text_of(response)
        assert not fresh(video).password_hash and fresh(video).listed == "everywhere"

    def test_the_permission_to_change_access_is_required(self):
        video = factories.make_video()
        client = factories.browser(factories.make_user("editor", "Editors"))
        assert act(client, video, "set_listed", listed="nowhere").status_code in (302, 403)
        assert fresh(video).listed == "everywhere"

    @pytest.mark.parametrize(
        ("section_listed", "live", "expected"),
        [
            ("nowhere", True, "Not listed, because the section “Acme” is not"),
            ("unlocked", True, "Listed only to those who have unlocked it or the section “Acme”"),
            ("everywhere", False, "Not listed: the section “Acme” is not published."),
            ("everywhere", True, "Listed everywhere: everyone can read its title."),
        ],
    )
    def test_the_summary_says_which_section_decides(self, editor, section_listed, live, expected):
        section = factories.make_section("Acme", live=live)
        set_listed(section, section_listed)
        assert expected in text_of(editor.get(address(factories.make_video(section=section))))

    def test_it_says_that_nobody_unlocks_what_is_open(self, editor):
        video = factories.make_video()
        act(editor, video, "open", confirmed="on")
        set_listed(video, "unlocked")
        assert "so no list shows it" in text_of(editor.get(address(video)))


class TestListOfVideos:
    def test_the_filter_goes_by_the_strictest_choice_and_the_column_says_it(self, editor):
        section = factories.make_section("Acme")
        set_listed(section, "nowhere")
        factories.make_video("Hidden with its section", section=section)
        set_listed(factories.make_video("After unlocking"), "unlocked")
        factories.make_video("For everyone")
        editor.cookies["video_columns"] = "listed"
        for listed, title in (
            ("nowhere", "Hidden with its section"),
            ("unlocked", "After unlocking"),
            ("everywhere", "For everyone"),
        ):
            response = editor.get("/admin/videos/", {"listed": listed})
            assert [video.title for video in response.context["object_list"]] == [title]
        assert "because the section “Acme” is not" in text_of(editor.get("/admin/videos/"))

    def test_the_export_has_it(self, editor):
        set_listed(factories.make_video(), "nowhere")
        table = b"".join(editor.get("/admin/videos/?export=csv").streaming_content).decode()
        assert "Listed" in table and "Nowhere: only those who have its address find it" in table


def test_many_are_listed_at_once_and_an_answer_is_asked_for(editor):
    videos = [factories.make_video() for _ in range(2)]
    send_whole(editor, "list_videos", *videos)
    assert {fresh(video).listed for video in videos} == {"everywhere"}
    send_whole(editor, "list_videos", *videos, **{"access-listed": "nowhere"})
    assert {fresh(video).listed for video in videos} == {"nowhere"}
