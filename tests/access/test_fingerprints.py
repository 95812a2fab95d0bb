"""The fingerprint of a typed password is stored after the unlock, which an editor may use to set another password."""

import threading

import pytest
from wagtail.models import Site

from tests.access.threads import at_once
from tests.factories import PASSWORD, browser, get_home, make_section, make_video, unlock
from video_pages.access import fingerprints, passwords
from video_pages.access.invitations import create_invitation
from video_pages.access.invitations.renewal import RenewSecretAction
from video_pages.access.site_settings import AccessSettings
from video_pages.models import PasswordFingerprint

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "a-new-password"


@pytest.fixture(params=["video", "section", "invitation"])
def locked(request):
    """(A locked page, the password that opens it, its owner); none has a fingerprint, and the site keeps them."""
    page = make_section(password=PASSWORD) if request.param == "section" else make_video()
    password, owner = PASSWORD, page
    if request.param == "invitation":
        owner, password = create_invitation(page, kind="password", label="Class")
    get_home()
    settings = AccessSettings.for_site(Site.objects.get(is_default_site=True))
    settings.finds_passwords = True
    settings.save()
    return page, password, owner


def renew(page, owner):
    """Set another password of `owner`, and return it."""
    if owner is page:
        passwords.set_password(page, NEW_PASSWORD)
        return NEW_PASSWORD
    return RenewSecretAction(owner).execute(skip_permission_checks=True)[1]


def delete(page, owner):
    owner.delete()


def while_it_is_computed(monkeypatch, unlock_now, change):
    """Return the results of both: `change()` runs while the first fingerprint after the unlock is computed."""
    compute, begun, changed = fingerprints.fingerprint_of, threading.Event(), threading.Event()

    def slow(text):
        if not begun.is_set():
            begun.set()
            changed.wait(20)
        return compute(text)

    def change_meanwhile():
        begun.wait(20)
        try:
            return change()
        finally:
            changed.set()

    monkeypatch.setattr(fingerprints, "fingerprint_of", slow)
    return at_once(unlock_now, change_meanwhile)


def test_that_of_a_typed_password_is_stored(locked):
    page, password, _owner = locked
    unlock(browser(), page, password)
    assert fingerprints.pages_with(fingerprints.fingerprint_of(password), "") == [page]


def test_that_of_a_former_password_takes_not_the_place_of_the_present_one(monkeypatch, locked):
    page, password, owner = locked
    answer, present = while_it_is_computed(
        monkeypatch, lambda: unlock(browser(), page, password).status_code, lambda: renew(page, owner)
    )
    assert answer == 303
    assert fingerprints.pages_with(fingerprints.fingerprint_of(present), "") == [page]
    assert fingerprints.pages_with(fingerprints.fingerprint_of(password), "") == []


def test_that_of_what_was_deleted_is_not_stored(monkeypatch, locked):
    page, password, owner = locked
    answer, _none = while_it_is_computed(
        monkeypatch, lambda: unlock(browser(), page, password).status_code, lambda: delete(page, owner)
    )
    assert answer == 303 and not PasswordFingerprint.objects.exists()
