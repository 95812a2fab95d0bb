"""The tokens of links: their shape, their checksum, and how they are found by a digest."""

import pytest
from django.test import override_settings

from tests import factories
from video_pages.access.invitations import create_invitation, tokens
from video_pages.access.invitations.models import Invitation


def test_a_token_has_160_random_bits_a_prefix_and_a_checksum():
    token = tokens.new_token()
    assert tokens.is_token(token) and token.startswith("srw_") and len(token) == 37
    assert len({tokens.new_token() for _ in range(500)}) == 500
    assert 62**tokens.RANDOM_LENGTH > 2**tokens.RANDOM_BITS


@pytest.mark.parametrize("wrong", ["", "srw_", "srw_" + "0" * 33, "é" * 37, "srw_" + "٣" * 33])
def test_other_texts_are_no_tokens(wrong):
    assert not tokens.is_token(wrong)


def test_each_single_changed_character_is_noticed():
    token = tokens.new_token()
    for place in range(len(token)):
        changed = token[:place] + ("0" if token[place] != "0" else "1") + token[place + 1 :]
        assert not tokens.is_token(changed)


@pytest.mark.django_db
def test_a_link_is_found_by_its_token_and_the_database_holds_only_a_keyed_digest(django_assert_num_queries):
    invitation, token = create_invitation(factories.make_video(), kind="link", label="Jury")
    with django_assert_num_queries(1):
        assert tokens.find_invitation(token) == invitation
    columns = Invitation.objects.values().get()
    assert token not in str(columns) and columns["token_digest"] == tokens.token_digest(token)
    with django_assert_num_queries(0):
        assert tokens.find_invitation(token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    assert tokens.find_invitation(tokens.new_token()) is None


@pytest.mark.django_db
def test_a_new_secret_key_ends_links_unless_the_old_one_is_a_fallback(settings):
    invitation, token = create_invitation(factories.make_video(), kind="link", label="Jury")
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="another key"):
        assert tokens.find_invitation(token) is None
    with override_settings(SECRET_KEY="another key", SECRET_KEY_FALLBACKS=[old]):
        assert tokens.find_invitation(token) == invitation
