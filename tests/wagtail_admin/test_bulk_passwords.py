"""Bulk actions on passwords: set, shown once, refused without permission, never stored in plain text."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from tests.factories import PASSWORD, browser, make_section, make_superuser, make_video, unlock
from tests.wagtail_admin.access import fresh, open_session
from tests.wagtail_admin.bulk import BY_SCRIPT, address, ask, ids, named, reasons, send, send_whole
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access import distinct_passwords, passwords, queues
from video_pages.access.invitations import create_invitation
from video_pages.core.log_actions import LogAction
from video_pages.models import VideoAccessSession
from video_pages.wagtail_admin.bulk import base
from video_pages.wagtail_admin.bulk.passwords import PASSWORDS_PER_BATCH

pytestmark = pytest.mark.django_db
NEW = "gnu-otter-lamp-42"
ONE, OWN, END = "set_one_password", "give_own_passwords", "end_all_access"
FIELD = {"access-password": NEW}


def hour():
    return timezone.now() + dt.timedelta(hours=1)


def test_the_confirmation_says_how_many_and_names_those_left_out_with_the_reason(editor):
    section = make_section()
    first, second = make_video("The harbour", section=section), make_video("The mill", section=section)
    alias = first.create_alias(parent=make_section("Elsewhere"), update_slug="alias")
    answer = ask(editor, ONE, first, second, alias, section, model=Page)
    words = answer.content.decode()
    assert "2 videos get this password" in words
    assert "The harbour" in words and "The mill" in words
    assert "It is an alias: choose the video that it follows." in words
    assert "It is not a video." in words
    assert named(answer) == [first.pk, second.pk]
    assert "no-store" in answer["Cache-Control"]


def test_it_says_what_setting_a_password_changes_for_those_that_a_section_opens(editor):
    members = make_section("Members", password=PASSWORD)
    inside = make_video("Inside", section=members, password=None)
    is_open = make_video("Open", section=members)
    passwords.set_open(is_open, True)
    words = ask(editor, ONE, inside, is_open).content.decode()
    assert "1 of them is opened by the password of its section now." in words
    assert "1 of them is open to everyone and stays so" in words


def test_one_password_opens_them_all_and_the_old_ones_nothing(editor):
    videos = [make_video(f"Video {number}") for number in range(3)]
    for video in videos:
        open_session(video, f"key-{video.pk}", hour())
    answer = send(editor, ONE, *videos, **FIELD)
    assert answer.pop("done") == [video.pk for video in videos]
    assert not any(answer.values()), "nothing is left out, no remark"
    assert not VideoAccessSession.objects.exists()
    for video in videos:
        assert unlock(browser(), video, NEW).status_code == 303
        assert unlock(browser(), video, PASSWORD).status_code == 403
        assert (
            PageLogEntry.objects.filter(page=video.pk, action=LogAction.ACCESS_CHANGED, user__username="admin").count()
            == 1
        )
    hashes = {fresh(video).password_hash for video in videos}
    assert len(hashes) == 3, "each has a salt of its own"


def test_each_gets_its_own_and_they_are_in_this_one_answer_only(editor):
    videos = [make_video("The harbour"), make_video("Ships, 1900")]
    answer = send(editor, OWN, *videos)
    rows = list(csv.reader(io.StringIO("\n".join(answer["lines"]))))
    assert [row[0] for row in rows] == ["The harbour", "Ships, 1900"]
    assert [row[1] for row in rows] == [f"http://testserver{video.url}" for video in videos]
    given = [row[2] for row in rows]
    assert given[0] != given[1]
    for video, password in zip(videos, given, strict=True):
        assert unlock(browser(), video, password).status_code == 303
    assert not any(password in str(entry.data) for password in given for entry in PageLogEntry.objects.all())
    assert not any(password in editor.get(address(OWN), {"id": videos[0].pk}).content.decode() for password in given)


def test_a_title_that_is_a_formula_is_a_text_in_the_list(editor):
    answer = send(editor, OWN, make_video('=HYPERLINK("https://evil.example")'))
    (row,) = csv.reader(io.StringIO(answer["lines"][0]))
    assert row[0] == '\'=HYPERLINK("https://evil.example")'


def test_the_end_of_all_access_leaves_the_passwords(editor):
    video = make_video()
    inside = make_video("Inside", section=make_section("Members", password=PASSWORD), password=None)
    nobody = make_video("Nobody's", password=None)
    open_session(video, "key", hour())
    open_session(inside, "key", hour())
    answer = send(editor, END, video, inside, nobody)
    assert answer["done"] == [video.pk]
    assert reasons(answer) == {
        "Inside": "The password of the section “Members” opens it: end access there.",
        "Nobody's": "Nobody has access.",
    }
    assert VideoAccessSession.objects.get().section.title == "Members"
    assert unlock(browser(), video).status_code == 303


@pytest.mark.parametrize("rights", [("change",), ("change", "publish")])
def test_an_editor_of_one_section_changes_only_what_may_be_changed_there(rights):
    theirs = make_section("Theirs")
    mine, others = make_video("Mine", section=theirs), make_video("Another's")
    client = browser(make_editor_of(theirs, *rights))
    words = ask(client, ONE, mine, others).content.decode()
    assert "Another" not in words, "a title that the editor does not see is not shown"
    answer = send(client, ONE, mine, others, **FIELD)
    assert fresh(others).check_password(PASSWORD)
    if "publish" in rights:
        assert answer["done"] == [mine.pk]
        assert fresh(mine).check_password(NEW)
    else:
        assert answer["done"] == []
        assert reasons(answer)["Mine"] == "You may not change what opens it."
        assert fresh(mine).check_password(PASSWORD)


def test_a_permission_lost_between_batches_is_checked_again(editor):
    section = make_section()
    video = make_video(section=section)
    user = make_editor_of(section, "change", "publish")
    client = browser(user)
    assert named(ask(client, ONE, video)) == [video.pk]
    user.groups.get().page_permissions.all().delete()
    assert send(client, ONE, video, **FIELD)["done"] == []
    assert fresh(video).check_password(PASSWORD)


@pytest.mark.parametrize("action", [ONE, OWN, END])
def test_visitors_and_users_without_admin_access_are_refused(action):
    video = make_video()
    for response in (ask(browser(), action, video), send_whole(browser(), action, video, **FIELD)):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("wagtailadmin_login"))
    scripted = browser().post(address(action), {"ids": ids([video]), **FIELD}, headers=BY_SCRIPT)
    assert scripted.status_code == 403
    assert fresh(video).check_password(PASSWORD)


def test_a_request_without_the_csrf_token_is_refused():
    video = make_video()
    client = browser(make_superuser(), enforce_csrf_checks=True)
    response = client.post(address(ONE), {"ids": ids([video]), **FIELD}, headers=BY_SCRIPT)
    assert response.status_code == 403
    assert fresh(video).check_password(PASSWORD)


def test_a_batch_is_never_longer_than_fits_into_a_request(editor):
    videos = [make_video(password=None) for _number in range(PASSWORDS_PER_BATCH + 1)]
    response = editor.post(address(ONE), {"ids": ids(videos), **FIELD}, headers=BY_SCRIPT)
    assert response.status_code == 400
    assert not any(fresh(video).password_hash for video in videos)


@pytest.mark.parametrize("typed", ["", "qz-7", "x" * 129])
def test_a_password_that_can_t_be_set_is_refused_before_anything_is_done(editor, typed):
    video = make_video()
    fields = {"access-password": typed}
    response = editor.post(address(ONE), {"ids": ids([video]), **fields}, headers=BY_SCRIPT)
    assert response.status_code == 422
    whole = send_whole(editor, ONE, video, **fields)
    assert named(whole) == [video.pk]
    assert not typed or typed not in whole.content.decode()
    assert fresh(video).check_password(PASSWORD)


def test_a_video_with_an_invitation_of_this_password_is_left_out_and_the_others_are_done(editor):
    first, invited, last = (make_video(title) for title in ("The harbour", "The mill", "The river"))
    create_invitation(invited, kind="password", label="Jury", secret=NEW)
    answer = send(editor, ONE, first, invited, last, **FIELD)
    assert answer["done"] == [first.pk, last.pk] and answer["again"] == []
    assert reasons(answer) == {"The mill": str(distinct_passwords.UNUSABLE)}
    assert fresh(invited).check_password(PASSWORD) and fresh(last).check_password(NEW)


def test_without_the_script_it_does_as_many_as_fit_and_says_which_are_left(editor, monkeypatch):
    videos = [make_video(f"Video {number}") for number in range(3)]
    monkeypatch.setattr(base, "SECONDS_WITHOUT_SCRIPT", -1)
    answer = send_whole(editor, ONE, *videos, **FIELD)
    words = answer.content.decode()
    assert "0 videos are done." in words and "There was no time for 3 videos" in words
    assert all(f'name="id" value="{video.pk}"' in words for video in videos)
    monkeypatch.undo()
    assert send_whole(editor, ONE, *videos, **FIELD).status_code == 302
    assert all(fresh(video).check_password(NEW) for video in videos)


def test_without_the_script_the_generated_passwords_stand_in_the_answer(editor):
    video = make_video("The harbour")
    answer = send_whole(editor, OWN, video)
    (row,) = list(csv.reader(io.StringIO(answer.context["list"])))[1:]
    assert answer["Cache-Control"].count("no-store")
    assert fresh(video).check_password(row[2])


def test_missing_pages_and_invalid_ids_are_no_error(editor):
    video = make_video()
    answer = editor.post(address(ONE), {"ids": f"{video.pk} 999999", **FIELD}, headers=BY_SCRIPT).json()
    assert answer["done"] == [video.pk]
    assert [one["reason"] for one in answer["leftOut"]] == ["It is no longer there."]
    assert editor.get(address(ONE), {"id": "../etc"}).status_code == 404


def test_videos_are_sent_again_while_the_queue_of_hashes_is_full(editor, monkeypatch):
    video = make_video()

    def refuse(*_args, **_kwargs):
        raise queues.HashingBusy

    monkeypatch.setattr(distinct_passwords, "hash_with_salt_of", refuse)
    answer = send(editor, ONE, video, **FIELD)
    assert answer["again"] == [video.pk] and answer["done"] == []
