"""Bulk actions publish, unpublish, move and delete: confirmation, effect, and videos that are left out."""

import datetime as dt
import re

import pytest
from django.conf import settings
from wagtail.models import Page, PageLogEntry, Site

from home.models import SiteSettings
from tests.factories import PASSWORD, browser, make_section, make_user, make_video, unlock
from tests.wagtail_admin.access import fresh
from tests.wagtail_admin.bulk import ask, ids, reasons, send, send_whole
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.core import clock
from video_pages.core.humanize import format_moment
from video_pages.models import VideoAccessSession, VideoFile, VideoPage

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


def logged(video, action):
    return PageLogEntry.objects.filter(page=video.pk, action=action).exists()


def remarks(answer):
    return {one["title"]: one["reason"] for one in answer["remarks"]}


def lock(video, user):
    VideoPage.objects.filter(pk=video.pk).update(locked=True, locked_by=user)


class TestPublish:
    def test_the_latest_draft_of_each_goes_live(self, editor):
        hidden, changed = make_video("The harbour", live=False), make_video("The mill")
        changed.title = "The old mill"
        changed.save_revision()
        assert sorted(send(editor, "publish", hidden, changed)["done"]) == sorted([hidden.pk, changed.pk])
        assert fresh(hidden).live
        assert fresh(changed).title == "The old mill"
        assert logged(hidden, "wagtail.publish")

    def test_what_does_not_go_live_now_is_said(self, editor):
        now = clock.now()
        later, changed, over = make_video("Later", live=False), make_video("Changed"), make_video("Over", live=False)
        changed.save_revision().publish()
        changed = fresh(changed)
        for video, dates in (
            (later, {"go_live_at": now + dt.timedelta(days=3)}),
            (changed, {"go_live_at": now + dt.timedelta(days=5)}),
            (over, {"expire_at": now - dt.timedelta(days=1)}),
        ):
            for name, moment in dates.items():
                setattr(video, name, moment)
            video.save_revision()
        answer = send(editor, "publish", later, changed, over, make_video("Now", live=False))
        assert len(answer["done"]) == 4
        assert remarks(answer) == {
            "Later": f"Its latest version is scheduled: it goes live at {format_moment(now + dt.timedelta(days=3))}.",
            "Changed": f"Its latest version is scheduled: it goes live at {format_moment(now + dt.timedelta(days=5))}.",
            "Over": "Its end is over, so visitors do not see it. Set another end, or remove it.",
        }
        assert not fresh(later).live and fresh(changed).live
        assert browser().get(fresh(over).url).status_code == 404

    def test_the_confirmation_warns_about_missing_passwords_and_unready_files(self, editor):
        nobody = make_video("No password", live=False, password=None)
        without_video = make_video("No film", live=False)
        VideoPage.objects.filter(pk=without_video.pk).update(video_file=None)
        words = text_of(ask(editor, "publish", nobody, without_video))
        assert "2 videos go live as they are in their latest versions." in words
        assert "1 of them has no password, nor has a section above it: nobody can unlock it." in words
        assert "1 of them is not ready to play yet" in words

    def test_a_reason_says_whether_it_is_that_of_one_video_or_of_each(self, editor):
        first, second = make_video("First"), make_video("Second")
        for videos, heading in (([first], "This is left out"), ([first, second], "Each of these is left out")):
            page = text_of(ask(editor, "publish", *videos))
            assert re.search(rf"<h2>{heading}</h2>\s*<p>Its latest version is live already\.</p>", page)

    def test_live_locked_and_alias_pages_are_left_out(self, editor):
        live, locked = make_video("Live"), make_video("Locked", live=False)
        lock(locked, make_user("other"))
        alias = make_video("Source").create_alias(update_slug="alias")
        VideoPage.objects.filter(pk=alias.pk).update(live=False)
        assert reasons(send(editor, "publish", live, locked, alias)) == {
            "Live": "Its latest version is live already.",
            "Locked": "It is locked.",
            "Source": "It is an alias: choose the video that it follows.",
        }
        assert not fresh(locked).live

    def test_a_user_who_may_not_publish_gets_the_reason(self):
        section = make_section()
        video = make_video("Mine", section=section, live=False)
        client = browser(make_editor_of(section, "change"))
        assert reasons(send(client, "publish", video)) == {"Mine": "You may not publish it."}
        assert not fresh(video).live


class TestUnpublish:
    def test_it_becomes_a_draft_and_its_access_ends(self, editor):
        video, draft = make_video("The harbour"), make_video("Draft", live=False)
        unlock(browser(), video)
        assert VideoAccessSession.objects.exists()
        assert "Access given so far ends." in text_of(ask(editor, "unpublish", video))
        answer = send(editor, "unpublish", video, draft)
        assert answer["done"] == [video.pk]
        assert reasons(answer) == {"Draft": "It is not live."}
        assert not fresh(video).live
        assert not VideoAccessSession.objects.exists()
        assert logged(video, "wagtail.unpublish")

    def test_a_page_locked_by_another_user_stays(self, editor):
        section = make_section()
        video = make_video("Locked", section=section)
        lock(video, make_user("other"))
        client = browser(make_editor_of(section, "change", "publish"))
        assert reasons(send(client, "unpublish", video)) == {"Locked": "You may not unpublish it."}
        assert fresh(video).live


class TestMove:
    def test_it_describes_the_effect_on_access_before_and_after(self, editor):
        free, members = make_section("Free"), make_section("Members", password=PASSWORD)
        own = make_video("Own", section=free)
        without = make_video("Without", section=free, password=None)
        inside = make_video("Inside", section=members, password=None)
        words = text_of(ask(editor, "move", own, without, inside))
        assert "1 of them has a password of its own and keeps it." in words
        assert "Access given by the section it leaves no longer opens it." in words
        answer = send(editor, "move", own, without, section=members.pk)
        assert remarks(answer) == {"Without": "Opened by the password of “Members” now."}
        assert fresh(without).get_parent().pk == members.pk
        assert unlock(browser(), fresh(without), PASSWORD).status_code == 303
        answer = send(editor, "move", inside, section=free.pk)
        assert "nobody can unlock it" in remarks(answer)["Inside"]
        assert logged(inside, "wagtail.move")

    def test_many_in_one_batch_all_arrive_and_the_tree_stays_whole(self, editor):
        here, there = make_section("Here"), make_section("There")
        videos = [make_video(f"Video {number}", section=here) for number in range(7)]
        assert len(send(editor, "move", *videos, section=there.pk)["done"]) == 7
        moved = Page.objects.get(pk=there.pk).get_children()
        assert [page.title for page in moved] == [video.title for video in videos]
        assert Page.find_problems() == ([], [], [], [], [])

    def test_a_video_already_there_and_a_used_slug_are_left_out(self, editor):
        here, there = make_section("Here"), make_section("There")
        twin = make_video("Twin", section=here)
        taken = make_video("The other twin", section=there)
        VideoPage.objects.filter(pk__in=[twin.pk, taken.pk]).update(slug="the-twin")
        inside = make_video("Inside", section=there)
        answer = send(editor, "move", twin, inside, section=there.pk)
        assert answer["done"] == []
        assert reasons(answer) == {
            "Twin": "A page there has the same address, “the-twin”: change one of the two first.",
            "Inside": "It lies there already.",
        }

    def test_editors_move_only_to_sections_of_their_own(self):
        mine, theirs = make_section("Mine"), make_section("Theirs")
        video = make_video("The harbour", section=mine)
        client = browser(make_editor_of(mine, "add", "change", "publish"))
        asked = ask(client, "move", video)
        assert "Theirs" not in text_of(asked)
        refused = client.post(asked.request["PATH_INFO"], {"ids": ids([video]), "section": theirs.pk})
        assert "Select a valid choice" in text_of(refused)
        assert fresh(video).get_parent().pk == mine.pk

    def test_a_live_video_does_not_move_to_where_its_editor_may_not_publish(self):
        mine, theirs = make_section("Mine"), make_section("Theirs")
        video = make_video("The harbour", section=mine)
        user = make_editor_of(mine, "add", "change", "publish")
        user.groups.add(make_editor_of(theirs, "add", name="helper").groups.get())
        answer = send(browser(user), "move", video, section=theirs.pk)
        assert reasons(answer) == {"The harbour": "You may not move it there."}


class TestDelete:
    def test_the_pages_go_and_the_files_stay(self, editor):
        first, second = make_video("The harbour"), make_video("The mill")
        words = text_of(ask(editor, "delete", first, second))
        assert "2 videos are deleted" in words and "This can&#x27;t be undone." in words
        assert "The uploaded files stay in the media library." in words
        assert send(editor, "delete", first, second, total=2)["done"] == [first.pk, second.pk]
        assert not VideoPage.objects.exists()
        assert VideoFile.objects.count() == 2
        assert logged(first, "wagtail.delete")

    def test_it_says_how_many_other_pages_link_to(self, editor):
        linked, alone = make_video("The harbour"), make_video("The mill")
        link = f'<p><a linktype="page" id="{linked.pk}">see</a></p>'
        other = make_video("The way", description=link)
        make_video("The road", description=link)
        words = text_of(ask(editor, "delete", linked, alone))
        assert "Other pages link to 1 of them: these links will lead nowhere." in words
        assert "Other pages link" not in text_of(ask(editor, "delete", other))

    def test_of_ten_the_site_s_name_is_typed_first_and_each_batch_is_asked_for_it(self, editor):
        videos = [make_video(f"Video {number}") for number in range(10)]
        site = Site.objects.get(is_default_site=True)
        SiteSettings.objects.update_or_create(site=site, defaults={"name": "Hall 3"})
        assert "type the name of the site: Hall 3" in text_of(ask(editor, "delete", *videos))
        assert "type the name" not in text_of(ask(editor, "delete", *videos[:9]))
        for typed in ("", "yes", settings.WAGTAIL_SITE_NAME):
            answer = send_whole(editor, "delete", *videos[:3], total=10, site_name=typed)
            assert "This is not the name of the site." in text_of(answer)
        assert VideoPage.objects.count() == 10
        done = send(editor, "delete", *videos[:3], total=10, site_name=" Hall  3 ")["done"]
        assert len(done) == 3 and VideoPage.objects.count() == 7

    @pytest.mark.parametrize("total", ["", "none", "9" * 30])
    def test_a_form_without_a_sensible_number_deletes_nothing(self, editor, total):
        video = make_video()
        answer = send_whole(editor, "delete", video, total=total)
        assert answer.status_code == 200
        assert VideoPage.objects.filter(pk=video.pk).exists()

    def test_a_user_who_may_not_delete_gets_the_reason(self):
        section = make_section()
        video = make_video("Live", section=section)
        client = browser(make_editor_of(section, "change"))
        assert reasons(send(client, "delete", video, total=1)) == {"Live": "You may not delete it."}
        assert VideoPage.objects.exists()
