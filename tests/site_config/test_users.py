"""The right to change users' accounts does not make an administrator."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests import factories
from video_pages.core.privileges import refuse_groups_with_more_rights

pytestmark = pytest.mark.django_db

PERSON = {"first_name": "Eve", "last_name": "Example", "email": "eve@example.org"}
NEW_PASSWORD = {"password1": "a-long-enough-one-42", "password2": "a-long-enough-one-42"}


@pytest.fixture
def owner():
    return factories.browser(factories.make_user("owner", "Site owners"))


def test_a_site_owner_adds_an_editor(owner):
    assert owner.get(reverse("wagtailusers_users:add")).status_code == 200
    response = owner.post(reverse("wagtailusers_users:add"), {"username": "eve", **PERSON, **NEW_PASSWORD})
    assert response.status_code == 302
    assert get_user_model().objects.get(username="eve").is_superuser is False


def test_a_site_owner_makes_no_superuser(owner):
    screen = owner.get(reverse("wagtailusers_users:add")).content.decode()
    assert 'name="is_superuser"' not in screen
    owner.post(reverse("wagtailusers_users:add"), {"username": "eve", "is_superuser": "on", **PERSON, **NEW_PASSWORD})
    assert get_user_model().objects.get(username="eve").is_superuser is False
    eve = get_user_model().objects.get(username="eve")
    owner.post(reverse("wagtailusers_users:edit", args=(eve.pk,)), {"username": "eve", "is_superuser": "on", **PERSON})
    eve.refresh_from_db()
    assert eve.is_superuser is False


def test_a_site_owner_does_not_touch_a_superuser(owner):
    admin = factories.make_superuser()
    address = reverse("wagtailusers_users:edit", args=(admin.pk,))
    before = admin.password
    assert owner.get(address).status_code in (302, 403)
    owner.post(address, {"username": "admin", "is_active": "on", **PERSON, **NEW_PASSWORD})
    admin.refresh_from_db()
    assert (admin.password, admin.is_superuser) == (before, True)


def test_a_site_owner_switches_no_superuser_off_in_bulk(owner):
    admin = factories.make_superuser()
    address = reverse("wagtail_bulk_action", args=("auth", "user", "set_active_state"))
    owner.post(f"{address}?id={admin.pk}&next=/admin/", {"mark_as_active": ""})
    admin.refresh_from_db()
    assert admin.is_active is True


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("by", ["group", "right of their own"])
def test_a_site_owner_does_not_sign_in_as_somebody_who_may_more(owner, by, is_active):
    right = Permission.objects.get(codename="change_group")
    tech = factories.make_user("tech")
    if by == "group":
        techs = Group.objects.create(name="Techs")
        techs.permissions.add(right)
        tech.groups.add(techs)
    else:
        tech.user_permissions.add(right)
    get_user_model().objects.filter(pk=tech.pk).update(is_active=is_active)
    fields = {"username": "tech", "is_active": "on", **PERSON, **NEW_PASSWORD}
    for screen in ("edit", "delete"):
        address = reverse(f"wagtailusers_users:{screen}", args=(tech.pk,))
        assert owner.get(address).status_code in (302, 403)
        owner.post(address, fields)
    bulk = reverse("wagtail_bulk_action", args=("auth", "user", "set_active_state"))
    owner.post(f"{bulk}?id={tech.pk}&next=/admin/", {"mark_as_active": "on" if not is_active else ""})
    after = get_user_model().objects.get(pk=tech.pk)
    assert (after.password, after.is_active) == (tech.password, is_active)


def test_a_site_owner_changes_an_editor_and_themselves(owner):
    for name, groups in (("eve", ["Video editors"]), ("other", ["Site owners"])):
        person = factories.make_user(name, *groups)
        address = reverse("wagtailusers_users:edit", args=(person.pk,))
        assert owner.get(address).status_code == 200
        assert owner.post(address, {"username": name, "is_active": "on", **PERSON}).status_code == 302
    assert get_user_model().objects.get(username="eve").last_name == "Example"


def test_a_superuser_still_does_all_of_it():
    client, eve = factories.browser(factories.make_superuser()), factories.make_user("eve")
    fields = {"username": "eve", "is_active": "on", "is_superuser": "on", **PERSON}
    client.post(reverse("wagtailusers_users:edit", args=(eve.pk,)), fields)
    eve.refresh_from_db()
    assert eve.is_superuser is True


def test_a_site_owner_gives_groups_no_other_rights(owner):
    assert owner.get(reverse("wagtailusers_groups:index")).status_code in (302, 403)


@pytest.fixture
def technicians():
    group = Group.objects.create(name="Technicians")
    group.permissions.set(Permission.objects.all())
    return group


def test_nobody_gives_others_or_themselves_more_rights_than_they_have(owner, technicians):
    me, eve = get_user_model().objects.get(username="owner"), factories.make_user("eve")
    editors = Group.objects.get(name="Video editors")
    for person in (me, eve):
        before = set(person.groups.all())
        fields = {"username": person.username, "is_active": "on", **PERSON, "groups": [technicians.pk]}
        owner.post(reverse("wagtailusers_users:edit", args=(person.pk,)), fields)
        assert set(person.groups.all()) == before
    owner.post(
        reverse("wagtailusers_users:edit", args=(eve.pk,)),
        {"username": "eve", "is_active": "on", **PERSON, "groups": [editors.pk]},
    )
    assert list(eve.groups.all()) == [editors]


def test_nor_in_bulk(owner, technicians):
    eve, editors = factories.make_user("eve"), Group.objects.get(name="Video editors")
    address = reverse("wagtail_bulk_action", args=("auth", "user", "assign_role"))
    owner.post(f"{address}?id={eve.pk}&next=/admin/", {"role": technicians.pk})
    assert not eve.groups.exists()
    owner.post(f"{address}?id={eve.pk}&next=/admin/", {"role": editors.pk})
    assert list(eve.groups.all()) == [editors]


def test_rights_of_a_group_are_not_changed_under_somebody_in_it_who_may_more(owner):
    group, asking = Group.objects.create(name="Everyone here"), get_user_model().objects.get(username="owner")
    refuse_groups_with_more_rights(asking, [group.pk])
    factories.make_superuser().groups.add(group)
    with pytest.raises(PermissionDenied):
        refuse_groups_with_more_rights(asking, [group.pk])
