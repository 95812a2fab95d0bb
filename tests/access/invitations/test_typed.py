"""Passwords of invitations at the form of their page: one hash for all, shared by crowds, with clear refusals."""

import datetime as dt

import pytest
from django.contrib.auth.hashers import make_password

from tests.factories import PASSWORD, browser, make_section, make_video, unlock
from video_pages.access import passwords, unlocking
from video_pages.access.guard import access_states
from video_pages.access.invitations import create_invitation, end_invitation, extend_invitation, typed
from video_pages.access.password_setups import hash_in, hash_with_salt_of, setup_of
from video_pages.core import clock
from video_pages.models import Guess, Invitation, InvitationViewer, VideoAccessSession, VideoIndexPage, VideoPage

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def invite(page, **limits):
    return create_invitation(page, kind="password", label="Class", **limits)


def state_of(page):
    return access_states([page])[page.pk]


@pytest.fixture
def hashes(monkeypatch):
    """The setups of the hashes that are computed, in a list that grows."""
    done, compute, matches = [], hash_in, passwords.matches

    def noting(setup, text):
        done.append(setup)
        return compute(setup, text)

    def noting_match(text, password_hash):
        done.append(setup_of(password_hash))
        return matches(text, password_hash)

    monkeypatch.setattr(typed, "hash_in", noting)
    monkeypatch.setattr(passwords, "matches", noting_match)
    return done


def test_it_opens_the_page_as_an_invitation_does():
    video = make_video()
    invitation, secret = invite(video, ends_at=clock.now() + 5 * HOUR)
    client = browser()
    assert unlock(client, video, secret).status_code == 303
    assert b'id="player"' in client.get(video.url).content
    row = VideoAccessSession.objects.get()
    assert (row.granted_by, row.expires_at) == (invitation, invitation.ends_at)
    assert InvitationViewer.objects.get().invitation == invitation
    assert unlock(client, video, secret).status_code == 303
    assert InvitationViewer.objects.count() == 1  # the same browser
    assert not Guess.objects.exists()


def test_the_passwords_of_the_page_and_of_others_stay_what_they_are():
    video = make_video()
    first, second = invite(video), invite(video)
    for typed_text, invitation in ((PASSWORD, None), (first[1], first[0]), (second[1], second[0])):
        client = browser()
        assert unlock(client, video, typed_text).status_code == 303
        assert VideoAccessSession.objects.latest("pk").granted_by == invitation
    assert unlock(browser(), video, "a-wrong-one").status_code == 403
    assert Guess.objects.count() == 1


@pytest.mark.parametrize("text", ["@!&#+ '\"<>😀", "pass&word=1+2 %20", "Ünïcödé  spaces"])
def test_any_characters_may_be_in_it(text):
    video = make_video()
    invite(video, secret=text)
    assert unlock(browser(), video, text).status_code == 303


def test_one_without_an_end_lasts_as_long_as_the_password_of_the_page():
    video = make_video()
    _invitation, secret = invite(video)
    unlock(browser(), video, secret)
    row = VideoAccessSession.objects.get()
    assert row.expires_at - row.created_at == HOUR


def test_a_page_without_a_password_has_a_form_while_an_invitation_is_open(django_assert_num_queries):
    video = make_video(password=None)
    assert b'name="password"' not in browser().get(video.url).content
    invitation, secret = invite(video)
    client = browser()
    assert b'name="password"' in client.get(video.url).content
    assert unlock(client, video, "a-wrong-one").status_code == 403
    assert unlock(client, video, secret).status_code == 303
    assert b'id="player"' in client.get(video.url).content
    end_invitation(invitation)
    page = client.get(video.url)
    assert b'name="password"' not in page.content and page.context["error_code"] == "invitation_over"


def test_a_section_without_a_password_has_a_form_and_its_cards_open():
    section = make_section()
    video = make_video(section=section, password=None)
    anyone = browser()
    assert b'name="password"' not in anyone.get(section.url).content
    _invitation, secret = invite(section)
    assert b'name="password"' in anyone.get(section.url).content
    assert b'name="password"' in anyone.get(video.url).content
    assert unlock(anyone, section, secret).status_code == 303
    assert b'name="password"' not in anyone.get(section.url).content
    assert b'id="player"' in anyone.get(video.url).content


def test_after_the_date_of_the_pages_password_an_invitation_still_opens():
    video = make_video()
    _invitation, secret = invite(video)
    passwords.set_access_until(video, clock.now())
    client = browser()
    assert b'name="password"' in client.get(video.url).content
    assert unlock(client, video, PASSWORD).status_code == 403
    assert unlock(client, video, secret).status_code == 303


def test_guesses_at_all_videos_of_an_invited_section_count_together():
    section = make_section()
    films = [make_video(section=section, password=None) for _number in range(2)]
    invite(section), invite(films[0])
    for film in films:
        unlock(browser(), film, "a-wrong-one")
    assert set(Guess.objects.values_list("guard", flat=True)) == {f"section:{section.pk}"}


def test_the_password_of_a_page_between_opens_beside_that_of_the_section():
    section = make_section(password="of-the-section")
    video = make_video(section=section, password=None)
    _invitation, secret = invite(video)
    client = browser()
    assert unlock(client, video, secret).status_code == 303
    assert unlock(browser(), section, secret).status_code == 403
    assert unlock(browser(), video, "of-the-section").status_code == 303


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"revoked_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "invitation_over"),
        ({"ends_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "invitation_over"),
        ({"opens_at": dt.datetime(2100, 1, 1, tzinfo=dt.UTC)}, "invitation_not_yet"),
        ({"most_viewers": 1, "uses": 1}, "used_up"),
    ],
)
def test_one_that_opens_nothing_says_why_to_who_knows_it_and_costs_no_guess(columns, code):
    video = make_video()
    invitation, secret = invite(video)
    invite(video)
    Invitation.objects.filter(pk=invitation.pk).update(**columns)
    refused = unlock(browser(), video, secret)
    assert (refused.status_code, refused.context["error_code"]) == (403, code)
    assert not Guess.objects.exists() and not VideoAccessSession.objects.exists()
    assert unlock(browser(), video, "a-wrong-one").context["error_code"] == "wrong"


def test_of_two_with_one_password_the_open_one_counts():
    video = make_video()
    former, secret = invite(video)
    end_invitation(former)
    present, _secret = invite(video, secret=secret)
    assert unlock(browser(), video, secret).status_code == 303
    assert VideoAccessSession.objects.get().granted_by == present


def test_ten_thousand_on_one_page_cost_one_hash_and_two_queries(hashes, django_assert_num_queries):
    video = make_video()
    invitation, secret = invite(video)
    setup = invitation.password_setup
    Invitation.objects.bulk_create(
        Invitation(
            video=video,
            kind="password",
            label=f"{number}",
            created_at=invitation.created_at,
            password_setup=setup,
            password_hash=f"{setup}${number}",
        )
        for number in range(10_000)
    )
    state = state_of(video)
    with django_assert_num_queries(2):
        right = unlocking.verify(state.guard, [secret], state.reach)
    assert right == (secret, invitation.password_hash) and hashes == [setup]
    with django_assert_num_queries(2):
        assert unlocking.verify(state.guard, ["a-wrong-one"], state.reach) is None
    assert hashes == [setup, setup]
    with django_assert_num_queries(0):
        assert unlocking.verify(state.guard, [secret], state.reach) == right  # recognised
    assert unlock(browser(), video, PASSWORD).status_code == 303


def test_a_crowd_with_one_password_costs_one_hash(hashes):
    video = make_video()
    _invitation, secret = invite(video)
    for _pupil in range(5):
        assert unlock(browser(), video, secret).status_code == 303
    assert len(hashes) == 1 and InvitationViewer.objects.count() == 5


def test_a_recognised_password_opens_nothing_once_its_invitation_is_ended_or_deleted():
    video = make_video()
    invitation, secret = invite(video)
    assert unlock(browser(), video, secret).status_code == 303
    end_invitation(invitation)
    assert unlock(browser(), video, secret).context["error_code"] == "invitation_over"
    invitation.delete()
    assert unlock(browser(), video, secret).context["error_code"] == "wrong"


def test_an_extension_opens_for_who_types_it_again():
    video = make_video()
    invitation, secret = invite(video, ends_at=clock.now())
    assert unlock(browser(), video, secret).context["error_code"] == "invitation_over"
    extend_invitation(invitation, ends_at=clock.now() + HOUR)
    assert unlock(browser(), video, secret).status_code == 303


def test_more_rounds_are_given_to_the_password_that_is_typed_and_the_salt_stays(settings):
    video = make_video()
    invitation, secret = invite(video)
    invite(video)
    settings.PASSWORD_HASHERS = ["tests.access.hashers.MoreRounds"]
    assert unlock(browser(), video, secret).status_code == 303
    renewed = Invitation.objects.get(pk=invitation.pk)
    assert renewed.password_hash != invitation.password_hash
    assert renewed.password_hash == hash_with_salt_of(invitation.password_setup, secret)
    assert renewed.password_setup == setup_of(renewed.password_hash)
    assert unlock(browser(), video, secret).status_code == 303
    assert unlock(browser(), video, PASSWORD).status_code == 303
    assert setup_of(VideoPage.objects.get(pk=video.pk).password_hash) == renewed.password_setup


@pytest.mark.parametrize("hasher", ["pbkdf2_sha256", "argon2"])
def test_a_setup_hashes_as_the_hasher_does(settings, hasher):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
    ]
    if hasher == "argon2":
        pytest.importorskip("argon2")
    known = make_password("a-password", hasher=hasher)
    assert hash_in(setup_of(known), "a-password") == known
    assert hash_in(setup_of(known), "another") != known


def test_a_new_password_of_the_page_shares_the_salt_and_keeps_the_invitations():
    section = make_section(password="of-the-section")
    _invitation, secret = invite(section)
    passwords.set_password(section, "of-the-section-too")
    assert len({setup_of(VideoIndexPage.objects.get(pk=section.pk).password_hash), *typed.setups_in([section.pk])}) == 1
    assert unlock(browser(), section, secret).status_code == 303


@pytest.mark.parametrize("downwards", [True, False])
def test_invitations_of_nested_sections_share_a_salt_in_any_order(hashes, downwards):
    outer = make_section()
    inner = make_section(parent=outer)
    video = make_video(section=inner, password=None)
    pages = [outer, inner, video] if downwards else [video, inner, outer]
    secrets = [invite(page)[1] for page in pages]
    hashes.clear()
    assert unlock(browser(), video, "a-wrong-one").status_code == 403
    assert len(hashes) == 1
    for secret in secrets:
        assert unlock(browser(), video, secret).status_code == 303
    passwords.set_password(outer, "of-the-section")
    hashes.clear()
    assert unlock(browser(), video, "a-wrong-one").status_code == 403
    assert len(hashes) == 1


def test_a_wrong_password_costs_a_bounded_number_of_hashes(hashes, monkeypatch):
    monkeypatch.setattr(typed, "MOST_HASHES", 2)
    sections = [make_section()]
    for _level in range(2):
        sections.append(make_section(parent=sections[-1]))
    secrets = []
    for number, section in enumerate(sections):
        _invitation, secret = invite(section)
        secrets.append(secret)
        own_salt = hash_in(f"pbkdf2_sha256$1$salt{number}", secret)
        Invitation.objects.filter(section=section).update(password_hash=own_salt, password_setup=setup_of(own_salt))
    video = make_video(section=sections[-1], password=None)
    hashes.clear()
    assert unlock(browser(), video, "a-wrong-one").status_code == 403
    assert hashes == ["pbkdf2_sha256$1$salt2", "pbkdf2_sha256$1$salt1"]
    assert unlock(browser(), video, secrets[0]).status_code == 403
    client = browser()
    assert unlock(client, sections[0], secrets[0]).status_code == 303
    assert b'id="player"' in client.get(video.url).content
