"""Pages that invitations open: what the screens say of them, and that "End all access" ends what invitations gave."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from tests.access.invitations.links import guest
from tests.factories import PASSWORD, make_section, make_video
from tests.wagtail_admin.access import act, address, open_session
from tests.wagtail_admin.bulk import ask, reasons, send
from tests.wagtail_admin.listing import titles
from tests.wagtail_admin.page_screens import hints, text_of
from video_pages.access import passwords
from video_pages.access.effective_access import AccessMode, effective_access, effective_access_of
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.models import VideoAccessSession, VideoPage
from video_pages.pages.panels.shared_file_warning import warning_of_page

pytestmark = pytest.mark.django_db
END = "end_all_access"


def invite(page, **limits):
    return create_invitation(page, kind="link", label=f"To {page.title}", **limits)[0]


def hour():
    return timezone.now() + dt.timedelta(hours=1)


def has_row(page):
    return VideoAccessSession.objects.filter(**{page.guard_kind: page.pk}).exists()


class TestEndAllAccess:
    def test_it_ends_what_the_invitations_of_a_video_gave_and_says_what_a_section_goes_on_giving(self, editor):
        members, free = make_section("Members", password=PASSWORD), make_section("Free")
        invited = make_video("Invited", section=free, password=None)
        inside = make_video("Inside", section=members, password=None)
        is_open = make_video("Open", section=free)
        passwords.set_open(is_open, True)
        for video in (invited, inside, is_open):
            guest(invite(video))
        open_session(inside, "a" * 64, hour())
        assert "Access by invitations to a video ends, too." in text_of(ask(editor, END, invited).content.decode())
        answer = send(editor, END, invited, inside, is_open)
        assert answer["done"] == [invited.pk, inside.pk, is_open.pk] and not answer["leftOut"]
        (remark,) = answer["remarks"]
        assert remark["title"] == "Inside" and "The section “Members” gives access, too" in remark["reason"]
        assert not any(has_row(video) for video in (invited, inside, is_open)) and has_row(members)

    def test_videos_to_which_nobody_has_access_of_their_own_are_left_out_with_the_true_reason(self, editor):
        free = make_section("Free")
        below = make_video("Below", section=free, password=None)
        unused = make_video("Unused", password=None)
        invite(unused)
        is_open = make_video("Open", password=None)
        passwords.set_open(is_open, True)
        inside = make_video("Inside", section=make_section("Members", password=PASSWORD), password=None)
        guest(invite(free))
        assert reasons(send(editor, END, below, unused, is_open, inside)) == {
            "Below": "Invitations to a section above opened it: end access there.",
            "Unused": "Nobody has access.",
            "Open": "It is open to everyone, and nobody has access by a password or an invitation of its own.",
            "Inside": "The password of the section “Members” opens it: end access there.",
        }
        assert has_row(free)
        guest(invite(below))
        answer = send(editor, END, below)
        assert answer["done"] == [below.pk] and not has_row(below)
        assert "Invitations to a section above give access, too" in answer["remarks"][0]["reason"]

    def test_it_asks_the_database_no_more_often_for_more_videos(self, editor, django_assert_max_num_queries):
        videos = [make_video(f"Video {number}", password=None) for number in range(6)]
        ask(editor, END, *videos)
        with django_assert_max_num_queries(60) as few:
            ask(editor, END, *videos[:1])
        with django_assert_max_num_queries(len(few)):
            ask(editor, END, *videos)

    @pytest.mark.parametrize("section_has_password", [False, True])
    def test_the_dialog_offers_it_for_what_invitations_gave(self, editor, section_has_password):
        section = make_section("Members", password=PASSWORD if section_has_password else None)
        video = make_video("Inside", section=section, password=None)
        guest(invite(video))
        shown = text_of(editor.get(address(video)).content.decode())
        assert "1 browser has access by an invitation to this page." in shown and "End all access" in shown
        assert ("Access is given by the section “Members”" in shown) == section_has_password
        assert "1 browser has it open now." in shown
        answer = act(editor, video, "end", fragment=True)
        assert "Access is ended for 1 browser." in answer.content.decode() and not has_row(video)

    def test_the_dialog_of_a_video_open_to_everyone_names_no_section_that_gives_access(self, editor):
        section = make_section("Members", password=PASSWORD)
        video = make_video(section=section, password=None)
        passwords.set_open(video, True)
        shown = text_of(editor.get(address(video)).content.decode())
        assert "Access is given by the section" not in shown and "End access now" not in shown
        guest(invite(video))
        open_session(section, "a" * 64, hour())
        shown = text_of(editor.get(address(video)).content.decode())
        assert "Access is given by the section" not in shown and "by invitations to this page ends" in shown

    def test_the_dialog_says_of_both_what_the_page_gave_and_what_a_section_goes_on_giving(self, editor):
        section = make_section("Guests")
        video = make_video(section=section, password=None)
        guest(invite(video)), guest(invite(section))
        shown = text_of(editor.get(address(video)).content.decode())
        assert "1 browser has access by an invitation to this page." in shown and "End all access" in shown
        assert "An invitation to a section above has given access to 1 browser." in shown

    def test_the_dialog_says_where_access_by_invitations_to_a_section_above_is_ended(self, editor):
        section = make_section("Guests")
        video = make_video(section=section, password=None)
        assert "End access now" not in editor.get(address(video)).content.decode()
        guest(invite(section))
        shown = text_of(editor.get(address(video)).content.decode())
        assert "An invitation to a section above has given access to 1 browser." in shown
        assert "End all access" not in shown
        assert "End all access" in text_of(editor.get(address(section)).content.decode())


class TestWords:
    """No screen says that nobody can unlock what an invitation opens."""

    @pytest.fixture(params=["video", "section"])
    def invited(self, request):
        section = make_section("Guests")
        video = make_video("Harbour", section=section, password=None, live=False)
        invite(video if request.param == "video" else section)
        return video

    def test_its_own_panel_and_the_status_say_that_invitations_open_it(self, editor, invited):
        page = text_of(editor.get(f"/admin/pages/{invited.pk}/edit/").content.decode())
        assert "Opened by invitations alone." in page and "Opened by invitations Once live" in page
        assert "No password opens it; invitations do." in page
        assert "Nobody can unlock" not in page and "nobody has access" not in page

    def test_a_section_says_so_too(self, editor):
        section = make_section("Guests")
        invite(section)
        page = text_of(editor.get(f"/admin/pages/{section.pk}/edit/").content.decode())
        assert "Invitations open the videos in it" in page and "nobody can unlock it" not in page

    def test_the_list_its_filter_and_its_spreadsheet_say_so(self, editor, invited):
        free = make_section("Free")
        make_video("Nobody's", section=free, password=None)
        invited.create_alias(parent=free, update_slug="alias")
        VideoPage.objects.filter(alias_of=invited).update(draft_title="Alias")
        own = make_video("Own")
        invite(own)
        assert set(titles(editor, opened_by="invited")) == {"Harbour", "Alias"}
        assert titles(editor, opened_by="nobody") == ["Nobody's"]
        assert titles(editor, opened_by="own") == ["Own"]
        shown = text_of(editor.get("/admin/videos/", {"opened_by": "invited"}).content.decode())
        assert "Invitations alone" in shown and "None: nobody can unlock it yet" not in shown
        rows = b"".join(editor.get("/admin/videos/", {"opened_by": "invited", "export": "csv"}).streaming_content)
        assert rows.decode().count("Invitations alone") == 2

    def test_publishing_and_moving_it_say_so(self, editor, invited):
        assert "nobody can unlock it" not in text_of(ask(editor, "publish", invited).content.decode())
        assert "It is opened by invitations alone." in text_of(ask(editor, "move", invited).content.decode())
        invite(invited)
        (remark,) = send(editor, "move", invited, section=make_section("Free").pk)["remarks"]
        assert remark["reason"] == "No password opens it now, but invitations do."

    def test_no_hint_follows_its_publication(self, editor, invited):
        assert hints(editor, invited) == []

    def test_the_warning_about_a_shared_file_counts_invitations(self, editor, invited):
        other = make_video("Other", password=None, video_file=invited.video_file)
        warning = warning_of_page(other, get_user_model().objects.get(username="admin"))
        assert "Invitations open “Harbour” and show the film" in warning

    def test_an_invitation_that_is_over_opens_nothing_and_a_coming_one_does(self):
        section = make_section()
        ended, past, coming = (make_video(title, section=section, password=None) for title in ("A", "B", "C"))
        end_invitation(invite(ended))
        invite(past, ends_at=timezone.now() - dt.timedelta(minutes=1))
        invite(coming, opens_at=hour())
        ways = {page_id: access.mode for page_id, access in effective_access([ended, past, coming]).items()}
        assert ways == {ended.pk: AccessMode.NOBODY, past.pk: AccessMode.NOBODY, coming.pk: AccessMode.INVITED}
        invite(section)
        assert effective_access_of(ended).mode == AccessMode.INVITED
