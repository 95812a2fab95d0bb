"""Every address of the screens for people, groups, sites and collections, as each role, with everything posted at it.

The addresses come from the URL resolver and the fields from Wagtail's own forms: what a later version adds is walked
too. Who may more than whom is written down here, name by name, and not asked of the code that is tested.
"""

import re
from collections import defaultdict

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction
from wagtail.admin.views.generic import CopyViewMixin
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, GroupSitePermission, Site

from tests import factories
from tests.site_config import people
from video_pages.core.privileges import assignable_groups, users_with_more_rights

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

User = get_user_model()
# The users that may no more than each role; all others may more.
NO_MORE = {
    "anonymous": set(),
    "of_section": {"of_section", "of_section_too", "plain"},
    "editor": {"editor", "of_section", "of_section_too", "changes_pages", "files", "approves", "sees", "plain"},
    "owner": {
        *{"owner", "editor", "of_section", "of_section_too", "custom", "plain"},
        *{"changes_pages", "files", "settings", "approves", "sees"},
    },
    "custom": {"custom", "plain"},
}
# Whose members may no more than a site owner; "Editors" and "Moderators" are Wagtail's own.
OWNERS_GROUPS = {
    *{"Site owners", "Video editors", "Editors", "Moderators", "Editors of A section"},
    *{"Custom", "Page changers", "Filers", "Settings of one site", "Approvers", "Viewers"},
}
GIVES = {"owner": OWNERS_GROUPS, "custom": {"Custom"}}
# Why each of the others may more is asked below, name by name; the screens are asked about one of each kind.
ONE_OF_EACH = {"admin", "owner", "changes_groups", "sites_too", "own_right", "switched_off"}
FEW = {"admin", "owner", "changes_groups"}  # for the role whose members may least of those who may change anybody
MADE = {"Editors of Elsewhere"}  # by a site owner, on the screen of a section's editors


@pytest.fixture(autouse=True)
def site():
    people.make_people()


def snapshot():
    """({username: (columns, groups, own permissions)}, {group: its permissions, with all places that they reach})."""
    by_user = {through: defaultdict(set) for through in (User.groups.through, User.user_permissions.through)}
    for through, column in zip(by_user, ("group__name", "permission"), strict=True):
        for user, value in through.objects.values_list("user", column):
            by_user[through][user].add(value)
    persons = {
        row["username"]: (
            {name: value for name, value in row.items() if name != "last_login"},
            *(values[row["id"]] for values in by_user.values()),
        )
        for row in User.objects.values()
    }
    groups = {name: set() for name in Group.objects.values_list("name", flat=True)}
    collections = dict(Collection.objects.values_list("path", "pk"))
    for model, names in (
        (Group.permissions.through, ("group__name", "permission")),
        (GroupSitePermission, ("group__name", "permission", "site")),
        (GroupPagePermission, ("group__name", "permission", "page__path")),
    ):
        for group, *right in model.objects.values_list(*names):
            groups[group].add((model.__name__, *right))
    on_collections = ("group__name", "permission", "collection__path")
    for group, permission, path in GroupCollectionPermission.objects.values_list(*on_collections):
        reached = sorted(pk for below, pk in collections.items() if below.startswith(path))
        groups[group].add((permission, *reached))
    return persons, groups


class Writes:
    """Notices what is written to the database, but for sessions; with `connection.execute_wrapper`."""

    def __init__(self):
        self.seen = []

    def __call__(self, execute, sql, params, many, context):
        if sql.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE") and "django_session" not in sql:
            self.seen.append(sql)
        return execute(sql, params, many, context)


def send_everything(client, usernames):
    """Ask for every address and post every form at it; yield the address where something was written, and undo it."""
    cookies = client.cookies.copy()
    for addresses, forms in (
        (people.screens(usernames), people.hostile_forms()),
        (people.bulk_screens(usernames), people.hostile_bulk_forms()),
    ):
        for address in list(addresses):
            for form in (None, *forms):
                writes = Writes()
                with transaction.atomic(), connection.execute_wrapper(writes):
                    response = client.get(address) if form is None else client.post(address, form)
                    assert response.status_code < 500, address
                    if writes.seen:
                        yield address
                        transaction.set_rollback(True)
                        client.cookies = cookies.copy()


def browser(role):
    return factories.browser(None if role == "anonymous" else User.objects.get(username=role))


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        *((role, FEW if role == "custom" else ONE_OF_EACH) for role in NO_MORE),
        pytest.param("custom", ONE_OF_EACH, marks=pytest.mark.soak),
    ],
)
def test_nobody_changes_those_who_may_more_whatever_they_post(role, kinds):
    persons, groups = snapshot()
    protected = set(persons) - NO_MORE[role]
    given = GIVES.get(role, set()) | (MADE if role == "owner" else set())
    # A role that may change no user is refused alike for each user, so two are enough.
    about = {*(protected & kinds), role, "plain"} if role in GIVES else {"admin", role}
    for address in send_everything(browser(role), about):
        persons_now, groups_now = snapshot()
        for name in protected:
            assert persons_now.get(name) == persons[name], (address, name)
        for name, (columns, joined, own) in persons_now.items():
            before = persons.get(name, ({}, set(), set()))
            assert joined - before[1] <= given, (address, name)
            assert own <= before[2] and columns["is_superuser"] == before[0].get("is_superuser", False), address
        for name in (set(groups_now) | set(groups)) - given:
            assert groups_now.get(name) == groups.get(name), (address, name)


def test_the_same_requests_do_change_people_when_an_administrator_sends_them():
    before, effective = snapshot(), set()
    for address in send_everything(browser("admin"), {"plain"}):
        if snapshot() != before:
            effective.add(re.sub(r"/\d+/", "/", address.partition("?")[0]))
    changing = {f"/admin/{app}/{action}/" for app in ("users", "groups") for action in ("new", "edit", "delete")}
    changing |= {f"/admin/bulk/auth/user/{action}/" for action in ("assign_role", "set_active_state", "delete")}
    changing |= {"/admin/sections/editors/", "/admin/sites/delete/", "/admin/collections/delete/"}
    # No screen but these: no copy screen, and none that a later version brings. A new collection is many people's.
    assert effective == changing | {"/admin/collections/add/"}


@pytest.mark.parametrize("role", [name for name in NO_MORE if name != "anonymous"])
def test_who_may_more_counts_general_page_and_collection_rights(role):
    user, everybody = User.objects.get(username=role), list(User.objects.all())
    stronger = users_with_more_rights(user, everybody)
    assert {person.username for person in everybody} - {person.username for person in stronger} == NO_MORE[role]


def test_groups_are_given_by_those_who_may_all_that_their_members_may():
    names = {
        role: set(assignable_groups(User.objects.get(username=role)).values_list("name", flat=True)) for role in GIVES
    }
    assert names == GIVES


def test_who_may_more_is_asked_with_a_fixed_number_of_queries(django_assert_num_queries):
    user, everybody = User.objects.get(username="owner"), list(User.objects.all())
    for asked in (everybody[:2], everybody):
        with django_assert_num_queries(9):
            users_with_more_rights(user, asked)


def test_there_is_no_copy_screen_for_people():
    client, admin = browser("admin"), User.objects.get(username="admin")
    assert client.get(f"/admin/users/copy/{admin.pk}/").status_code == 404


def test_whoever_may_only_add_sites_changes_none_by_copying_it():
    people.make_member("adds_sites", "Site adders", "wagtailadmin.access_admin", "wagtailcore.add_site")
    before = list(Site.objects.values())
    address = f"/admin/sites/copy/{Site.objects.get().pk}/"
    for role in ("adds_sites", "admin"):
        form = {"hostname": "evil.example", "port": 80, "root_page": factories.get_home().pk}
        assert browser(role).post(address, form).status_code == 404
    assert list(Site.objects.values()) == before


def test_no_screen_saves_a_form_into_the_row_that_it_copies():
    """`generic.CopyView` does; the copy screen of pages, the only one left, makes new rows."""
    copying = [
        pattern
        for _namespace, pattern in people.patterns()
        if issubclass(getattr(pattern.callback, "view_class", object), CopyViewMixin)
    ]
    assert copying == []
