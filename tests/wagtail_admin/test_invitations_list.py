"""The list of invitations, one of them, and what is done with many: rights, filters, exports, queries."""

import datetime as dt
import io
from types import SimpleNamespace

import openpyxl
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageLogEntry

from tests.factories import browser, make_section, make_video
from tests.wagtail_admin.invitations import LIST, bulk, detail, secrets_in
from tests.wagtail_admin.page_screens import make_editor_of
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.access.invitations.services import ExtendInvitationAction
from video_pages.access.invitations.tokens import find_invitation
from video_pages.models import Invitation, InvitationViewer, SectionInvitationRules, VideoAccessSession, VideoPage
from video_pages.wagtail_admin.invitations import bulk as bulk_actions
from video_pages.wagtail_admin.invitations import marks

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def invite(page, label, **options):
    return create_invitation(page, kind=options.pop("kind", "link"), label=label, **options)[0]


def opened_by(invitation, key="k", **fields):
    """Give a browser access by `invitation`."""
    now = timezone.now()
    viewer = InvitationViewer.objects.create(invitation=invitation, viewer=key, opened_at=now, **fields)
    return VideoAccessSession.objects.create(
        video_id=invitation.video_id,
        section_id=invitation.section_id,
        session_key=key,
        granted_by=invitation,
        viewer=viewer,
        created_at=now,
        expires_at=now + DAY,
    )


def shown(client, **parameters):
    return [row.label for row in client.get(LIST, parameters).context["object_list"]]


def test_it_is_searched_filtered_and_sorted(admin, editor, video):
    section = make_section("Members")
    inner = make_video("Inside", section=section)
    now = timezone.now()
    invite(video, "Acme", user=admin)
    invite(section, "Jury B", ends_at=now + DAY)
    Invitation.objects.filter(pk=invite(inner, "Late", kind="password").pk).update(ends_at=now - DAY)
    end_invitation(invite(inner, "Over"))
    assert shown(editor) == ["Over", "Late", "Jury B", "Acme"]
    assert shown(editor, q="jury") == ["Jury B"]
    assert shown(editor, q="harbour") == ["Acme"]
    assert shown(editor, state="active") == ["Jury B", "Acme"]
    assert shown(editor, state="ended") == ["Late"]
    assert shown(editor, state="revoked") == ["Over"]
    assert shown(editor, kind="password") == ["Late"]
    assert shown(editor, within=section.pk) == ["Over", "Late", "Jury B"]
    assert shown(editor, section=section.pk) == ["Jury B"]
    assert shown(editor, video=video.pk) == ["Acme"]
    assert shown(editor, created_by=admin.pk) == ["Acme"]
    assert shown(editor, ordering="label") == ["Acme", "Jury B", "Late", "Over"]
    assert shown(editor, ordering="token_digest") == shown(editor), "nothing secret sorts"


def test_those_without_a_date_stand_last_in_both_directions(editor, video):
    """SQLite takes no value for the smallest, PostgreSQL for the largest."""
    now = timezone.now()
    for label, days in (("Never", None), ("Soon", 1), ("Late", 9)):
        moment = now + days * DAY if days else None
        Invitation.objects.filter(pk=invite(video, label).pk).update(ends_at=moment, last_used_at=moment)
    for key in ("ends_at", "last_used_at"):
        assert shown(editor, ordering=key) == ["Soon", "Late", "Never"]
        assert shown(editor, ordering=f"-{key}") == ["Late", "Soon", "Never"]


def test_an_editor_sees_and_changes_only_those_of_pages_whose_access_they_may_change(video):
    theirs = make_section("Theirs")
    mine = invite(make_video("Mine", section=theirs), "Mine")
    foreign = invite(video, "Zanzibar")
    client = browser(make_editor_of(theirs, "change", "publish"))
    assert shown(client) == ["Mine"]
    for address in (detail(foreign), f"{detail(foreign)}change/", f"{detail(foreign)}renew/"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    for name, fields in (("end", {}), ("delete", {}), ("extend", {"days": 3})):
        asked = client.get(bulk(name), {"id": [mine.pk, foreign.pk]}).content.decode()
        assert "Zanzibar" not in asked and "Mine" in asked
        client.post(bulk(name), {"ids": str(foreign.pk), **fields})
    assert Invitation.objects.get(pk=foreign.pk).revoked_at is None
    assert "Zanzibar" not in client.get(LIST).content.decode()


def test_both_spreadsheets_hold_all_rows_and_nothing_secret(editor, video):
    _invitation, token = create_invitation(video, kind="link", label="=Acme", most_viewers=2)
    text = editor.get(LIST, {"export": "csv"}).getvalue().decode()
    assert "'=Acme" in text and "The harbour" in text and "Active" in text
    digest = Invitation.objects.get().token_digest
    assert token not in text and digest not in text
    sheet = openpyxl.load_workbook(io.BytesIO(editor.get(LIST, {"export": "xlsx"}).getvalue())).active
    assert [cell.value for cell in sheet[2]][:4] == ["=Acme", "Link", "Active", "The harbour"]


def test_queries_do_not_grow_with_the_number_of_rows(admin, editor, video):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(LIST).status_code == 200
        return len(captured)

    for number in range(5):
        invite(video, f"Person {number}", user=admin)
    editor.get(LIST)
    few = count()
    section = make_section("Members")
    for number in range(45):
        invite(section if number % 2 else video, f"Other {number}", user=admin)
    assert count() == few
    assert few <= 22


def test_many_are_extended_and_the_access_that_they_gave_too(editor, video):
    now = timezone.now()
    soon = invite(video, "Soon", ends_at=now + DAY)
    row = opened_by(soon)
    over = invite(video, "Over", ends_at=now + DAY)
    Invitation.objects.filter(pk=over.pk).update(ends_at=now - 10 * DAY)
    endless, revoked = invite(video, "Endless"), invite(video, "Revoked", ends_at=now + DAY)
    end_invitation(revoked)
    chosen = " ".join(str(each.pk) for each in (soon, over, endless, revoked))
    done = editor.post(f"{bulk('extend')}?next={LIST}", {"ids": chosen, "days": 7}, follow=True).content.decode()
    assert "2 invitations have a new end." in done
    assert "“Endless”: It has no end." in done and "“Revoked”: This invitation was ended by hand." in done
    soon.refresh_from_db(), over.refresh_from_db(), row.refresh_from_db()
    assert soon.ends_at == now + 8 * DAY == row.expires_at
    assert abs(over.ends_at - (timezone.now() + 7 * DAY)) < dt.timedelta(minutes=1)
    assert "the end is now" in editor.get(bulk("extend"), {"id": soon.pk}).content.decode()
    wrong = editor.post(bulk("extend"), {"ids": str(soon.pk)})
    assert "Type a number of days, or a day and time." in wrong.content.decode()


def test_the_rules_are_read_once_for_all_that_are_extended(editor, video):
    now = timezone.now()
    chosen = " ".join(str(invite(video, f"Person {number}", ends_at=now + DAY).pk) for number in range(3))
    with CaptureQueriesContext(connection) as captured:
        editor.post(f"{bulk('extend')}?next={LIST}", {"ids": chosen, "days": 7})
    rules = SectionInvitationRules._meta.db_table
    assert len([query for query in captured if f'FROM "{rules}"' in query["sql"]]) == 1
    assert Invitation.objects.filter(ends_at=now + 8 * DAY).count() == 3


def test_those_for_which_there_was_no_time_are_asked_about_again_and_none_is_extended_twice(editor, video, monkeypatch):
    now = timezone.now()
    invitations = [invite(video, f"Person {number}", ends_at=now + DAY) for number in range(4)]
    action = bulk("extend")
    asked = editor.get(action, {"id": "all", "next": LIST})
    fields = {"ids": asked.context["ids"], "mark": asked.context["mark"], "days": 7}
    seconds = iter([0, 1, 2, 10**6])  # the first reading, then one before each invitation
    monkeypatch.setattr(bulk_actions, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    rest = editor.post(f"{action}?next={LIST}", fields)
    monkeypatch.undo()
    words = rest.content.decode()
    assert "2 invitations have a new end." in words and "There was no time for 2 invitations" in words
    assert rest.context["ids"].split() == [str(each.pk) for each in invitations[2:]]
    assert rest.context["form"]["days"].value() == "7"
    again = editor.post(f"{action}?next={LIST}", fields, follow=True)  # the page is loaded again
    assert "This form was sent before." in again.content.decode()
    fields = {"ids": rest.context["ids"], "mark": rest.context["mark"], "days": 7}
    assert editor.post(f"{action}?next={LIST}", fields).headers["Location"] == LIST
    assert list(Invitation.objects.values_list("ends_at", flat=True).distinct()) == [now + 8 * DAY]


def test_a_form_that_failed_in_the_middle_is_not_answered_again(admin, video, monkeypatch):
    now = timezone.now()
    first, second = (invite(video, f"Person {number}", ends_at=now + DAY) for number in range(2))
    client = browser(admin)
    client.raise_request_exception = False
    asked = client.get(bulk("extend"), {"id": "all", "next": LIST})
    fields = {"ids": asked.context["ids"], "mark": asked.context["mark"], "days": 7}
    act = ExtendInvitationAction.act

    def fail_at_the_second(action):
        if action._invitation.pk == second.pk:
            raise OperationalError("database is locked")
        return act(action)

    monkeypatch.setattr(ExtendInvitationAction, "act", fail_at_the_second)
    assert client.post(f"{bulk('extend')}?next={LIST}", fields).status_code == 503
    monkeypatch.undo()
    again = client.post(f"{bulk('extend')}?next={LIST}", fields, follow=True).content.decode()
    assert "This form was sent before." in again
    assert dict(Invitation.objects.values_list("pk", "ends_at")) == {first.pk: now + 8 * DAY, second.pk: now + DAY}


def test_of_two_requests_with_one_form_at_once_one_is_answered(admin, rf):
    session = browser(admin).session
    requests = [rf.post("/", {"mark": "once"}) for _each in range(2)]
    for request in requests:
        request.session = type(session)(session.session_key)
        assert not marks.was_answered(request)  # both have read their session
    assert [marks.claim_answer(request) for request in requests] == [True, False]


def test_what_a_colleague_changes_meanwhile_is_not_shortened_and_stops_no_other(editor, video, monkeypatch):
    now = timezone.now()
    later, endless, gone, last = (
        invite(video, label, ends_at=now + DAY) for label in ("Later", "Endless", "Gone", "Last")
    )
    rows_with = bulk_actions.ExtendInvitations.rows_with

    def change_after_reading(self, ids):
        rows = rows_with(self, ids)
        Invitation.objects.filter(pk=later.pk).update(ends_at=now + 90 * DAY)
        Invitation.objects.filter(pk=endless.pk).update(ends_at=None)
        Invitation.objects.filter(pk=gone.pk).delete()
        return rows

    monkeypatch.setattr(bulk_actions.ExtendInvitations, "rows_with", change_after_reading)
    chosen = " ".join(str(each.pk) for each in (later, endless, gone, last))
    done = editor.post(f"{bulk('extend')}?next={LIST}", {"ids": chosen, "days": 7}, follow=True).content.decode()
    assert "“Later”: It does not end before that." in done and "“Endless”: It has no end." in done
    assert "“Gone”: There is no such invitation any more" in done and "1 invitation has a new end." in done
    ends = dict(Invitation.objects.values_list("label", "ends_at"))
    assert ends == {"Later": now + 90 * DAY, "Endless": None, "Last": now + 8 * DAY}


def test_an_extension_until_a_moment_shortens_no_invitation(editor, video):
    now = timezone.now()
    soon, later = invite(video, "Soon", ends_at=now + DAY), invite(video, "Later", ends_at=now + 90 * DAY)
    same, endless = invite(video, "Same", ends_at=now.replace(second=0, microsecond=0) + 9 * DAY), invite(video, "Any")
    row = opened_by(later)
    until = timezone.localtime(same.ends_at).strftime("%Y-%m-%dT%H:%M")
    chosen = " ".join(str(each.pk) for each in (soon, later, same, endless))
    done = editor.post(f"{bulk('extend')}?next={LIST}", {"ids": chosen, "until": until}, follow=True).content.decode()
    assert "1 invitation has a new end." in done and "“Any”: It has no end." in done
    assert "“Later”: It does not end before that." in done and "“Same”: It does not end before that." in done
    ends = dict(Invitation.objects.values_list("label", "ends_at"))
    assert ends == {"Soon": same.ends_at, "Same": same.ends_at, "Later": later.ends_at, "Any": None}
    assert VideoAccessSession.objects.get().expires_at == row.expires_at, "a film that plays goes on"


def test_many_are_ended_and_deleted_and_the_history_says_so(editor, video):
    first, second = invite(video, "First"), invite(video, "Second")
    opened_by(first, "a")
    opened_by(second, "b")
    assert (
        "2 invitations end. Films that play with them stop within seconds"
        in editor.get(bulk("end"), {"id": [first.pk, second.pk]}).content.decode()
    )
    assert VideoAccessSession.objects.count() == 2, "a question changes nothing"
    editor.post(bulk("end"), {"ids": f"{first.pk} {second.pk}"})
    assert not VideoAccessSession.objects.exists()
    assert shown(editor, state="revoked") == ["Second", "First"]
    editor.post(bulk("delete"), {"ids": str(first.pk)})
    assert shown(editor) == ["Second"]
    entries = PageLogEntry.objects.filter(page=video.pk, user__username="admin").values_list("action", flat=True)
    assert sorted(entries) == ["video_pages.invitation_deleted", *["video_pages.invitation_ended"] * 2]


def test_all_means_what_the_list_shows(editor, video):
    invite(video, "Kept")
    invite(make_video("Other"), "Chosen")
    asked = editor.get(bulk("end"), {"id": "all", "q": "Chosen"})
    assert asked.context["count"] == 1
    editor.post(bulk("end"), {"ids": asked.context["ids"]})
    assert shown(editor, state="active") == ["Kept"]


def test_the_page_of_one_says_what_is_known_of_it(admin, editor, video):
    invitation = invite(video, "Jury B", user=admin, window_hours=48, most_viewers=3, note="By phone")
    now = timezone.now()
    opened_by(invitation, "browser-digest", number=1, first_played_at=now, window_ends_at=now + 2 * DAY)
    opened_by(invitation, "other-digest")
    words = editor.get(detail(invitation)).content.decode()
    assert words.count("<dd>–</dd>") == 2, "it was neither played nor used"
    for text in ("Jury B", "48 hours from the first playback", "0 of at most 3", "By phone", "Not played"):
        assert text in words, text
    assert "Invitation made: Jury B" in words
    assert "browser-digest" not in words and invitation.token_digest not in words


def test_a_change_of_limits_takes_effect_at_once(editor, video):
    invitation = invite(video, "Acme", ends_at=timezone.now() + DAY)
    row = opened_by(invitation)
    form = editor.get(f"{detail(invitation)}change/").context["form"]
    fields = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    fields |= {"invitation-ends_at": "2030-01-01T12:00", "invitation-label": "Acme Ltd"}
    assert editor.post(f"{detail(invitation)}change/", fields)["Location"] == detail(invitation)
    invitation.refresh_from_db(), row.refresh_from_db()
    assert invitation.label == "Acme Ltd"
    assert invitation.ends_at == row.expires_at == timezone.make_aware(dt.datetime(2030, 1, 1, 12))
    end_invitation(invitation)
    refused = editor.post(f"{detail(invitation)}change/", fields | {"invitation-label": "B"})
    assert "ended by hand" in refused.content.decode()


def test_a_new_link_takes_the_place_of_the_former_one(editor, video):
    invitation, token = create_invitation(video, kind="link", label="Acme", ends_at=timezone.now() + DAY)
    opened_by(invitation)
    assert "Make a new link" in editor.get(f"{detail(invitation)}renew/").content.decode()
    response = editor.post(f"{detail(invitation)}renew/")
    (new,) = secrets_in(response)
    assert find_invitation(token) is None and find_invitation(new) == invitation
    assert not VideoAccessSession.objects.exists()
    assert InvitationViewer.objects.count() == 1
    end_invitation(invitation)
    assert "ended by hand" in editor.post(f"{detail(invitation)}renew/", follow=True).content.decode()


def test_a_new_password_takes_the_place_of_the_former_one(editor, video):
    invitation, _password = create_invitation(video, kind="password", label="7b")
    former = invitation.password_hash
    shown_now = editor.post(f"{detail(invitation)}renew/").context["shown"]
    invitation.refresh_from_db()
    assert invitation.password_hash not in (former, "")
    assert shown_now.password in shown_now.message


def test_the_tab_of_the_page_editor_lists_those_of_the_page(editor, video):
    section = make_section("Members")
    edit = editor.get(f"/admin/pages/{video.pk}/edit/").content.decode()
    assert "Nobody is invited to this page yet." in edit
    assert f"/admin/invitations/new/?page={video.pk}&amp;for=jury&amp;many=1" in edit
    invite(video, "Acme"), invite(section, "Jury B")
    edit = editor.get(f"/admin/pages/{video.pk}/edit/").content.decode()
    assert "Acme" in edit and "Jury B" not in edit
    assert "Jury B" in editor.get(f"/admin/pages/{section.pk}/edit/").content.decode()
    assert editor.get(f"/admin/pages/add/video_pages/videopage/{section.pk}/").status_code == 200


def test_who_may_not_change_the_access_sees_only_a_number(video):
    invite(video, "Zanzibar")
    section = VideoPage.objects.get(pk=video.pk).get_parent()
    client = browser(make_editor_of(section, "change"))
    edit = client.get(f"/admin/pages/{video.pk}/edit/").content.decode()
    assert "1 invitation was made for this page." in edit
    assert "Zanzibar" not in edit and "/admin/invitations/new/" not in edit


class TestManyPages:
    """The page does not grow with the pages that were ever invited to."""

    @pytest.fixture
    def films(self, monkeypatch):
        monkeypatch.setattr("video_pages.wagtail_admin.access.page_filters.MOST_OFFERED", 1)
        films = [make_video(title) for title in ("Ark", "Bay", "Cove")]
        for film in films:
            invite(film, f"To {film.title}")
        return films

    def test_some_are_offered_and_the_chosen_one_is_there(self, editor, films):
        def offered(**parameters):
            html = editor.get(LIST, parameters).text
            return [film.title for film in films if f'<option value="{film.pk}"' in html]

        assert offered() == ["Ark"]
        assert offered(video=films[2].pk) == ["Ark", "Cove"]
        assert shown(editor, video=films[2].pk) == ["To Cove"]
        assert shown(editor, q="cove") == ["To Cove"]

    def test_only_titles_are_read_for_them(self, editor, films):
        with CaptureQueriesContext(connection) as queries:
            editor.get(LIST)
        options = [each["sql"] for each in queries if 'ORDER BY "wagtailcore_page"."title"' in each["sql"]]
        assert options and not any('"description"' in sql for sql in options)


def test_a_change_of_many_reads_them_in_batches(editor, video, monkeypatch):
    monkeypatch.setattr("video_pages.wagtail_admin.long_lists.ROWS_PER_QUERY", 2)
    made = [invite(video, f"Number {number}") for number in range(5)]
    with CaptureQueriesContext(connection) as queries:
        editor.post(bulk("end"), {"ids": " ".join(str(each.pk) for each in made)})
    assert Invitation.objects.filter(revoked_at=None).count() == 0
    reading = [each["sql"] for each in queries if '"video_pages_videopage"."description"' in each["sql"]]
    assert len([sql for sql in reading if 'FROM "video_pages_invitation"' in sql]) >= 3
