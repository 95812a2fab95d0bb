"""The password of a page that is about to be made is hashed while other connections can write."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from tests import factories
from tests.clips import mp4
from video_pages.access import new_passwords, passwords, queues
from video_pages.access.models import PasswordFingerprint
from video_pages.access.new_passwords import NO_PASSWORD, new_password
from video_pages.access.site_settings import AccessSettings
from video_pages.ingest.create import NewVideo, create_video
from video_pages.sections.alike import MakeAlikeAction, Wishes
from video_pages.sections.creating import create_section

pytestmark = pytest.mark.django_db
NEW = "a-new-password"


def make_section():
    return create_section(parent=factories.get_home(), title="New", user=factories.make_superuser(), password=NEW)


def make_alike():
    return MakeAlikeAction(factories.make_section("Acme"), Wishes(title="New", slug="new", password=NEW)).execute()


def make_film():
    file = factories.make_video_file(mp4(), playable=False)
    type(file).objects.update(awaits_page_until=file.created_at)
    file.refresh_from_db()
    return create_video(NewVideo(section=factories.make_section("Acme"), title="New", password=NEW), file)


@pytest.mark.parametrize("make", [make_section, make_alike, make_film])
def test_no_transaction_is_open_while_a_password_is_hashed(make, monkeypatch):
    AccessSettings.objects.update_or_create(site=factories.get_home().get_site(), defaults={"finds_passwords": True})
    outside, open_then = len(connection.savepoint_ids), []

    def turn():
        open_then.append(len(connection.savepoint_ids) - outside)
        return queues.hashing_turn()

    for module in (new_passwords, passwords, new_passwords.fingerprints):
        monkeypatch.setattr(module, "hashing_turn", turn)
    page = make()
    assert open_then == [0, 0], "its hash and its fingerprint"
    assert page.check_password(NEW)
    assert PasswordFingerprint.objects.filter(**{f"{page.guard_kind}_id": page.pk}).exists()


def test_what_can_not_be_a_password_is_refused_before_anything_is_made():
    assert new_password("") == NO_PASSWORD
    with pytest.raises(ValidationError):
        new_password("short")
    assert NEW not in repr(new_password(NEW)) and "pbkdf2" not in repr(new_password(NEW))
