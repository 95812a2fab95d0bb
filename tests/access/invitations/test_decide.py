"""An invitation opens what the password of its page would open, beside that password; rules of the verdict."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import PASSWORD, browser, get_home, make_section, make_superuser, make_video
from video_pages.access import passwords
from video_pages.access.browser import Browser, digest
from video_pages.access.decide import Reason, decide, judge
from video_pages.access.grant import create_row, grant
from video_pages.access.guard import access_states, guard_of
from video_pages.access.invitations import create_invitation
from video_pages.access.listed import viewer_with
from video_pages.access.models import Listed
from video_pages.access.revoke import remove_expired
from video_pages.access.set_listed import set_listed
from video_pages.access.visitor import Visitor
from video_pages.core import clock
from video_pages.delivery import facts
from video_pages.delivery.verdicts import Verdicts
from video_pages.models import Invitation, InvitationViewer, VideoAccessSession, VideoIndexPage, VideoPage
from video_pages.pages.cards import UNLOCKED, cards_for

pytestmark = pytest.mark.django_db

BROWSER = Browser(keys=("k" * 64,))
HOUR = dt.timedelta(hours=1)


def invite(page, lasts=HOUR, since=dt.timedelta(0), **columns):
    """Return an invitation of `page` with `columns`, opened by BROWSER `since` ago."""
    invitation, _token = create_invitation(page, kind="link", label="Jury")
    Invitation.objects.filter(pk=invitation.pk).update(**columns)
    viewer = InvitationViewer.objects.create(invitation=invitation, viewer=uuid.uuid4().hex, opened_at=clock.now())
    target = {f"{page.guard_kind}_id": page.pk, "granted_by_id": invitation.pk}
    now = clock.now()
    return create_row(Visitor(BROWSER), target, expires_at=now + lasts, now=now - since, viewer=viewer)


def unlock(page, **options):
    now = clock.now()
    return grant(guard_of(page), Visitor(BROWSER), **{"expires_at": now + HOUR, "now": now, **options})


def ask(video, now=None):
    """Return the verdict, which pages and delivery must reach alike."""
    video, now = VideoPage.objects.get(pk=video.pk), now or clock.now()
    verdict = decide(video, BROWSER, None, now)
    found = facts.facts_of(video.uuid, BROWSER.keys[0])
    if found is not None:
        known, rows = found
        assert judge(known.for_rows(rows), now) == verdict
        if verdict.access_id:
            again = facts.again({}, {video.uuid: video.path}, {verdict.access_id})
            known, row = again.videos[video.uuid], again.rows[verdict.access_id]
            assert judge(known.for_rows(facts.rows_for(known, row, BROWSER.keys[0])), now) == verdict
    return verdict


def test_an_invitation_opens_its_video_beside_the_password():
    video = make_video()
    row = invite(video)
    verdict = ask(video)
    assert (verdict.allowed, verdict.reason, verdict.access_id) == (True, Reason.UNLOCKED, row.pk)
    assert (verdict.valid_until, verdict.invited.id) == (row.expires_at, row.granted_by_id)
    assert not decide(video, Browser(("other",)), None, clock.now()).allowed


def test_it_needs_no_password():
    video = make_video(password=None)
    assert ask(video).reason == Reason.NO_PASSWORD
    invite(video)
    assert ask(video).allowed and ask(video).guard is None


def test_an_invitation_of_a_section_opens_what_its_password_would_open():
    outer = make_section(password=PASSWORD)
    inner = make_section(parent=outer)
    guarded = make_section(parent=outer, password="of-its-own")
    plain, own = make_video(section=inner, password=None), make_video(section=inner)
    below = make_video(section=guarded, password=None)
    invite(outer)
    assert [ask(video).allowed for video in (plain, own, below)] == [True, False, False]
    passwords.remove_password(outer)
    assert [ask(video).allowed for video in (plain, own, below)] == [True, False, False]


def test_one_of_a_page_between_the_video_and_its_guard_counts_too():
    outer = make_section(password=PASSWORD)
    inner, beside = make_section(parent=outer), make_section(parent=outer)
    video, other = make_video(section=inner, password=None), make_video(section=beside, password=None)
    invite(inner)
    assert ask(video).allowed and not ask(other).allowed
    passwords.set_password(video, "of-the-video")
    assert not ask(video).allowed


def test_those_who_hold_the_password_of_the_section_keep_their_access():
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    row = unlock(section)
    create_invitation(video, kind="link", label="Jury")
    assert ask(video).access_id == row.pk


def test_an_alias_of_a_section_has_the_invitations_of_its_source():
    section = make_section()
    alias = section.create_alias(parent=get_home(), update_slug="alias")
    video = make_video(section=VideoIndexPage.objects.get(pk=alias.pk), password=None)
    invite(section)
    assert ask(video).allowed


def test_the_newest_row_decides_whatever_its_kind():
    video = make_video()
    by_password = unlock(video, now=clock.now() - HOUR / 2)
    newer = invite(video)
    assert ask(video).access_id == newer.pk
    VideoAccessSession.objects.filter(pk=newer.pk).update(created_at=clock.now() - HOUR)
    assert ask(video).access_id == by_password.pk
    VideoAccessSession.objects.filter(pk=by_password.pk).delete()
    assert ask(video).access_id == newer.pk


def test_the_date_of_the_password_ends_no_invitation():
    video = make_video()
    unlock(video)
    passwords.set_access_until(video, clock.now())
    assert ask(video).reason == Reason.OVER
    invite(video)
    assert ask(video).allowed


def test_a_used_up_invitation_refuses_who_has_not_played_and_no_other_row():
    video = make_video()
    row = invite(video, most_viewers=1, uses=1)
    assert (ask(video).allowed, ask(video).reason) == (False, Reason.USED_UP)
    older = unlock(video, now=clock.now() - HOUR / 2)
    assert ask(video).access_id == older.pk
    older.delete()
    InvitationViewer.objects.filter(pk=row.viewer_id).update(first_played_at=clock.now())
    assert ask(video).access_id == row.pk


def test_an_expired_row_says_whether_a_password_or_an_invitation_gave_it():
    video = make_video()
    invite(video, lasts=-HOUR / 2, since=HOUR)
    assert ask(video).reason == Reason.INVITATION_OVER
    unlock(video, expires_at=clock.now() - HOUR / 2, now=clock.now() - HOUR)
    row = VideoAccessSession.objects.get(granted_by=None)
    VideoAccessSession.objects.filter(pk=row.pk).update(created_at=clock.now() - HOUR / 2)
    assert ask(video).reason == Reason.EXPIRED


def test_a_page_removes_the_expired_rows_of_all_kinds_and_keeps_the_others():
    video = make_video()
    invite(video, lasts=-HOUR), invite(video, lasts=-HOUR)
    kept = unlock(video)
    state = access_states([video], BROWSER.keys)[video.pk]
    assert not state.has_expired(clock.now()) and len(state.expired(clock.now())) == 2
    remove_expired(state, clock.now())
    assert list(VideoAccessSession.objects.all()) == [kept]


def test_rows_cost_no_further_query(django_assert_num_queries):
    section = make_section(password=PASSWORD)
    video = make_video(section=section, password=None)
    for page in (video, section, section):
        invite(page)
    unlock(section)
    facts.facts_of(video.uuid, BROWSER.keys[0])
    with django_assert_num_queries(1):
        access_states([video], BROWSER.keys)
    with django_assert_num_queries(1):
        known, rows = facts.facts_of(video.uuid, BROWSER.keys[0])
    assert len(rows) == 4
    with django_assert_num_queries(2):
        facts.again({}, {video.uuid: video.path}, {row.id for row in rows})


def test_a_verdict_in_memory_ends_with_its_invitation_and_another_row_takes_its_place():
    video = make_video(password=None)
    row = invite(video)
    verdicts = Verdicts()
    credential = f"~{'f' * 43}"
    VideoAccessSession.objects.update(session_key=digest("f" * 43))
    assert verdicts.decide(credential, str(video.uuid)).verdict.access_id == row.pk
    assert verdicts.confirm() == 1
    row.delete()
    assert verdicts.confirm() == 0


def test_lists_show_what_an_invitation_has_unlocked():
    section = make_section("Section")
    inner = make_section("Inner", parent=section)
    video, own = make_video("Film", section=inner, password=None), make_video("Own", section=inner)
    for page in (section, video, own):
        set_listed(page, Listed.UNLOCKED)

    def shown():
        viewer = viewer_with(BROWSER.keys)
        return {
            title
            for model in (VideoPage, VideoIndexPage)
            for title in model.objects.listed_to(viewer).values_list("title", flat=True)
        } & {"Section", "Inner", "Film", "Own"}

    assert shown() == set()
    of_video = invite(video)
    assert shown() == {"Film"}
    of_video.delete()
    invite(section)
    assert shown() == {"Section", "Inner", "Film"}
    invite(own)
    assert shown() == {"Section", "Inner", "Film", "Own"}


@pytest.mark.parametrize("of_section", [True, False])
@pytest.mark.parametrize(
    ("uses", "has_played", "names"), [(0, False, True), (1, False, False), (1, True, True), (2, True, True)]
)
def test_lists_show_nothing_by_an_invitation_that_others_have_used_up(of_section, uses, has_played, names):
    """The row stays, and opens nothing before this browser has played: so lists judge like the verdict."""
    section = make_section("Section")
    video = make_video("Film", section=section, password=None)
    for page in (section, video):
        set_listed(page, Listed.UNLOCKED)
    row = invite(section if of_section else video, most_viewers=1, uses=uses)
    if has_played:
        InvitationViewer.objects.update(first_played_at=row.created_at)
    viewer = viewer_with(BROWSER.keys)
    assert ask(video).allowed is names
    assert VideoPage.objects.listed_to(viewer).filter(title="Film").exists() is names
    assert VideoIndexPage.objects.listed_to(viewer).filter(title="Section").exists() is (names and of_section)


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_the_rows_of_a_browser_are_found_by_an_index():
    with CaptureQueriesContext(connection) as queries:
        viewer_with(BROWSER.keys)
    (sql,) = (query["sql"] for query in queries if "videoaccesssession" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = [row[3] for row in cursor.fetchall()]
    assert "session_key=?" in plan[0] and not [step for step in plan if step.startswith("SCAN ")], plan


def test_cards_show_an_invited_video_as_unlocked(client):
    section = make_section()
    video = make_video(section=section, password=None)
    invite(video)
    session = client.session
    session["browser_key"] = "secret"
    session.save()
    VideoAccessSession.objects.update(session_key=digest("secret"))
    card = cards_for([video], request=client.get(section.url).wsgi_request)[0]
    assert (card.lock, card.minutes_left) == (UNLOCKED, None)  # the invitation has no end
    Invitation.objects.update(ends_at=VideoAccessSession.objects.get().expires_at)
    card = cards_for([video], request=client.get(section.url).wsgi_request)[0]
    assert (card.lock, card.minutes_left) == (UNLOCKED, 60)
    assert b'id="player"' in client.get(video.url).content
    assert b'id="player"' not in browser().get(video.url).content


def test_editors_see_the_label_in_the_list_of_open_sessions():
    video = make_video()
    invite(video)
    unlock(video)
    html = browser(make_superuser()).get("/admin/open-sessions/").content.decode()
    assert html.count(">Jury<") + html.count("Jury\n") == 1
