"""Wagtail's own shared passwords: not offered, not accepted, and named where an older version has left one."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from site_config.checks.database_checks import no_shared_passwords
from tests import factories
from video_pages.access.models import VideoAccessSession

pytestmark = pytest.mark.django_db


def leave_password(page):
    """A row as an older version made it."""
    return PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=page, restriction_type="password", password="plain-words")]
    )[0]


def test_the_privacy_of_pages_offers_groups_and_sign_in_only(editor):
    for page in (factories.make_video(), factories.make_section(), factories.get_home()):
        address = reverse("wagtailadmin_pages:set_privacy", args=(page.pk,))
        form = editor.get(address).context["form"]
        assert {value for value, _label in form.fields["restriction_type"].choices} == {"none", "groups", "login"}
        assert "password" not in form.fields
        editor.post(address, {"restriction_type": "password", "password": "plain-words"})
    assert not PageViewRestriction.objects.exists()


def test_the_privacy_of_collections_offers_them_only(editor):
    collection = Collection.get_first_root_node().add_child(name="Files")
    address = reverse("wagtailadmin_collections:set_privacy", args=(collection.pk,))
    form = editor.get(address).context["form"]
    assert {value for value, _label in form.fields["restriction_type"].choices} == {"none", "groups", "login"}
    editor.post(address, {"restriction_type": "password", "password": "plain-words"})
    assert not CollectionViewRestriction.objects.exists()


def test_none_can_be_saved_in_any_other_way():
    with pytest.raises(ValidationError):
        PageViewRestriction.objects.create(page=factories.get_home(), restriction_type="password", password="w")
    with pytest.raises(ValidationError):
        CollectionViewRestriction.objects.create(
            collection=Collection.get_first_root_node(), restriction_type="password", password="w"
        )


def test_another_choice_deletes_the_password_that_was_left(editor):
    page = factories.make_section()
    leave_password(page)
    editor.post(reverse("wagtailadmin_pages:set_privacy", args=(page.pk,)), {"restriction_type": "login"})
    assert PageViewRestriction.objects.values_list("restriction_type", "password").get() == ("login", "")


@pytest.mark.parametrize("make", [factories.make_video, factories.make_section, factories.get_home])
def test_one_that_is_left_lets_nobody_in_whatever_the_session_has_passed(make):
    page = make()
    restriction, client = leave_password(page), factories.browser()
    client.get("/")
    session = client.session
    session[PageViewRestriction.passed_view_restrictions_session_key] = [restriction.pk]
    session.save()
    client.cookies["sessionid"] = session.session_key
    answer = client.get(page.url)
    assert answer.status_code == 403
    assert "authenticate_with_password" not in answer.content.decode()


def test_its_address_answers_the_same_for_every_page():
    page = factories.make_section()
    restriction, client = leave_password(page), factories.browser()
    for ids in (f"{restriction.pk}/{page.pk}", f"{restriction.pk}/99999", "99999/99999"):
        address = f"/_util/authenticate_with_password/{ids}/"
        answers = [client.get(address), client.post(address, {"password": "plain-words", "return_url": page.url})]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert "sessionid" not in client.cookies
    assert not VideoAccessSession.objects.exists()


def test_the_check_names_those_that_are_left_and_the_command_ends_them(capsys):
    section = factories.make_section("Old section")
    leave_password(section)
    collection = Collection.get_first_root_node().add_child(name="Old files")
    CollectionViewRestriction.objects.bulk_create(
        [CollectionViewRestriction(collection=collection, restriction_type="password", password="w")]
    )
    (error,) = no_shared_passwords(None, databases=["default"])
    assert error.id == "video_pages.E013"
    assert f"Old section ({section.pk})" in error.msg and "Old files" in error.msg
    assert no_shared_passwords(None, databases=None) == []
    assert error in run_checks(tags=["database"], databases=["default"])
    call_command("end_shared_passwords")
    assert "Ended 2 shared passwords." in capsys.readouterr().out
    assert no_shared_passwords(None, databases=["default"]) == []
    assert PageViewRestriction.objects.values_list("restriction_type", "password").get() == ("login", "")
