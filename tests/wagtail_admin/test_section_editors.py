"""The groups a site begins with, and editors who have one section and nothing else."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, PageLogEntry

from tests import factories
from video_pages.models import VideoFile, VideoIndexPage
from video_pages.sections.collections import collection_for, collection_of, sections_for
from video_pages.sections.editors import editors_group_of, file_permissions, set_section_editors

pytestmark = pytest.mark.django_db


def screen(section):
    return reverse("section_editors", args=(section.pk,))


def rights(user):
    return set(user.get_all_permissions())


class TestReadyMadeGroups:
    def test_video_editors_work_in_every_section_and_change_no_settings(self):
        editor, section = factories.make_user("ed", "Video editors"), factories.make_section()
        assert list(sections_for(editor)) == [section]
        assert section.permissions_for_user(editor).can_publish_subpage()
        assert "wagtailadmin.access_admin" in rights(editor)
        assert not {right for right in rights(editor) if "settings" in right or right.startswith("auth.")}

    def test_site_owners_also_have_settings_people_and_collections(self):
        owner = factories.make_user("owner", "Site owners")
        assert {
            "home.change_sitesettings",
            "video_pages.change_accesssettings",
            "auth.add_user",
            "auth.change_user",
        } <= rights(owner)
        assert not {"auth.change_group", "auth.add_group"} & rights(owner)

    @pytest.mark.parametrize(
        ("group", "name", "status"),
        [
            ("Site owners", "wagtailsettings:edit home sitesettings", 302),  # to the settings of the one site
            ("Video editors", "wagtailsettings:edit home sitesettings", 302),  # away, with a message
        ],
    )
    def test_settings_open_for_owners_alone(self, group, name, status):
        client = factories.browser(factories.make_user("someone", group))
        response = client.get("/admin/settings/home/sitesettings/", follow=True)
        assert (b"password_note" in response.content) is (group == "Site owners")


class TestCollections:
    def test_the_nearest_section_that_names_one_counts(self):
        root = Collection.get_first_root_node()
        wide, near = root.add_child(name="Wide"), root.add_child(name="Near")
        top = factories.make_section()
        middle = factories.make_section(parent=top)
        leaf = factories.make_section(parent=middle)
        assert collection_of(leaf) is None
        VideoIndexPage.objects.filter(pk=top.pk).update(collection=wide)
        assert collection_of(leaf) == wide
        VideoIndexPage.objects.filter(pk=middle.pk).update(collection=near)
        assert collection_of(leaf) == collection_of(middle) == near
        assert collection_of(top) == wide

    def test_a_file_lands_in_its_sections_collection_or_nowhere(self):
        collection = Collection.get_first_root_node().add_child(name="Ours")
        section, other = factories.make_section(), factories.make_section()
        eve = factories.make_user("eve")
        set_section_editors(section, people=[eve], collection=collection)
        section.refresh_from_db()
        assert collection_for(eve, VideoFile, section) == collection
        assert collection_for(None, VideoFile, section) == collection
        assert list(sections_for(eve)) == [section]
        VideoIndexPage.objects.filter(pk=section.pk).update(collection=Collection.get_first_root_node())
        section.refresh_from_db()
        assert collection_for(eve, VideoFile, section) is None
        assert list(sections_for(eve)) == []
        assert other not in sections_for(eve)

    def test_no_save_of_an_old_page_takes_the_collection_away(self):
        section = factories.make_section()
        section.save_revision().publish()
        stale = VideoIndexPage.objects.get(pk=section.pk)
        group = set_section_editors(section)
        stale.save()
        stale.get_latest_revision().publish()
        section.refresh_from_db()
        assert section.collection is not None
        assert editors_group_of(section) == group

    def test_a_copy_of_a_section_names_none(self):
        section = factories.make_section()
        set_section_editors(section)
        section.refresh_from_db()
        copy = section.copy(update_attrs={"slug": "a-copy", "title": "A copy"})
        assert VideoIndexPage.objects.get(pk=copy.pk).collection is None

    def test_many_sections_are_asked_about_at_once(self, django_assert_num_queries):
        eve = factories.make_user("eve", "Video editors")
        for _number in range(3):
            factories.make_section()
        with django_assert_num_queries(5):
            assert len(sections_for(eve)) == 3
        for _number in range(6):
            factories.make_section()
        eve = type(eve).objects.get(pk=eve.pk)
        with django_assert_num_queries(5):
            assert len(sections_for(eve)) == 9


class TestScreen:
    @pytest.fixture
    def owner(self):
        return factories.browser(factories.make_user("owner", "Site owners"))

    def test_a_site_owner_chooses_the_editors_of_one_section(self, owner):
        section, eve = factories.make_section("Class 7b"), factories.make_user("eve")
        assert "A new one, for this section" in owner.get(screen(section)).content.decode()
        assert owner.post(screen(section), {"people": [eve.pk], "collection": ""}).status_code == 302
        section.refresh_from_db()
        assert section.collection.name == "Class 7b"
        assert editors_group_of(section).name == "Editors of Class 7b"
        assert list(editors_group_of(section).user_set.all()) == [eve]
        assert PageLogEntry.objects.filter(page=section.pk, action="video_pages.own_editors").count() == 1

    def test_done_again_it_changes_what_is_there(self, owner):
        section = factories.make_section("Class 7b")
        eve, adam = factories.make_user("eve"), factories.make_user("adam")
        owner.post(screen(section), {"people": [eve.pk], "collection": ""})
        section.refresh_from_db()
        html = owner.get(screen(section)).content.decode()
        assert f'value="{eve.pk}"' in html
        owner.post(screen(section), {"people": [adam.pk], "collection": section.collection_id})
        assert list(editors_group_of(section).user_set.all()) == [adam]
        assert Group.objects.filter(name__startswith="Editors of").count() == 1
        assert Collection.objects.filter(name="Class 7b").count() == 1

    def test_another_collection_takes_the_rights_to_the_old_one_away(self, owner):
        section, eve = factories.make_section(), factories.make_user("eve")
        owner.post(screen(section), {"people": [eve.pk], "collection": ""})
        section.refresh_from_db()
        old = section.collection
        new = Collection.get_first_root_node().add_child(name="New")
        owner.post(screen(section), {"people": [eve.pk], "collection": new.pk})
        section.refresh_from_db()
        eve = type(eve).objects.get(pk=eve.pk)
        assert section.collection == new
        assert collection_for(eve, VideoFile, section) == new
        assert not editors_group_of(section).collection_permissions.filter(collection=old).exists()

    def test_a_subsections_editors_do_not_get_the_files_of_the_section_above(self, owner):
        above, bob = factories.make_section("Our class"), factories.make_user("bob")
        eve = factories.make_user("eve")
        set_section_editors(above, people=[eve])
        sub = factories.make_section("Group work", parent=above)
        assert owner.get(screen(sub)).context["form"].initial["collection"] is None
        owner.post(screen(sub), {"people": [bob.pk], "collection": ""})
        sub.refresh_from_db()
        above.refresh_from_db()
        assert sub.collection.is_descendant_of(above.collection)
        bob, eve = (type(one).objects.get(pk=one.pk) for one in (bob, eve))
        assert collection_for(bob, VideoFile, above) is None
        assert list(sections_for(bob)) == [sub]
        assert list(sections_for(eve)) == [above, sub]

    def test_a_group_that_may_more_is_left_alone(self, owner):
        section, eve = factories.make_section(), factories.make_user("eve")
        accountants = Group.objects.create(name="Accountants")
        accountants.permissions.add(Permission.objects.get(codename="change_group"))
        change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=accountants, page=section, permission=change)
        owner.post(screen(section), {"people": [eve.pk], "collection": ""})
        assert not accountants.user_set.exists()
        assert editors_group_of(section) not in (None, accountants)

    def test_a_group_that_edits_another_section_too_is_left_alone(self, owner):
        section, eve = factories.make_section(), factories.make_user("eve")
        both = Group.objects.create(name="Both")
        change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
        for page in (section, factories.make_section()):
            GroupPagePermission.objects.create(group=both, page=page, permission=change)
        owner.post(screen(section), {"people": [eve.pk], "collection": ""})
        assert not both.user_set.exists()
        assert editors_group_of(section) not in (None, both)

    def test_it_names_who_edits_here_by_other_groups(self, owner):
        section = factories.make_section("Our class")
        factories.make_user("wide", "Video editors")
        ann = factories.make_user("ann")
        group = set_section_editors(section, people=[ann])
        assert "ann" not in owner.get(screen(section)).content.decode().partition("<form")[0]
        # Somebody gave the group a right more: the screen no longer fills it, and says so.
        group.permissions.add(Permission.objects.get(codename="change_user"))
        words = owner.get(screen(section)).content.decode()
        assert "Editors of Our class: ann" in words and "Video editors: wide" in words

    def test_an_account_that_is_switched_off_stays_a_member(self, owner):
        section, eve, adam = factories.make_section(), factories.make_user("eve"), factories.make_user("adam")
        group = set_section_editors(section, people=[eve, adam])
        type(adam).objects.filter(pk=adam.pk).update(is_active=False)
        owner.post(screen(section), {"people": [], "collection": ""})
        assert list(group.user_set.all()) == [adam]

    def test_two_sections_of_one_name_have_groups_of_their_own(self):
        first, second = factories.make_section("Films"), factories.make_section("Films")
        one, two = set_section_editors(first), set_section_editors(second)
        assert one.pk != two.pk
        assert {one.name, two.name} == {"Editors of Films", "Editors of Films 2"}

    def test_without_accounts_nobody_is_asked_for_and_the_collection_is_saved(self):
        section, owner = factories.make_section(), factories.browser(factories.make_superuser())
        words = owner.get(screen(section)).content.decode()
        assert "Nobody but administrators has an account yet." in words
        assert 'name="people"' not in words and "They upload, change and publish" not in words
        assert "Save editors" not in words
        assert owner.post(screen(section), {"collection": ""}).status_code == 302
        section.refresh_from_db()
        assert section.collection is not None
        factories.make_user("ann")
        words = owner.get(screen(section)).content.decode()
        assert 'name="people"' in words and "Save editors" in words

    @pytest.mark.parametrize("group", ["Video editors", "Editors", "Moderators"])
    def test_editors_choose_nobody(self, group):
        client, section = factories.browser(factories.make_user("ed", group)), factories.make_section()
        assert client.get(screen(section)).status_code in (302, 403)
        client.post(screen(section), {"people": []})
        assert editors_group_of(section) is None

    def test_no_superuser_and_no_stranger_is_made_an_editor(self, owner):
        section, admin = factories.make_section(), factories.make_superuser()
        assert owner.post(screen(section), {"people": [admin.pk]}).status_code == 200
        assert owner.post(screen(section), {"people": ["99999"]}).status_code == 200
        assert editors_group_of(section) is None

    def test_a_section_leads_there_for_owners_only(self, owner):
        section = factories.make_section()
        address = reverse("wagtailadmin_explore", args=(section.pk,))
        assert screen(section) in owner.get(address).content.decode()
        editor = factories.browser(factories.make_user("ed", "Video editors"))
        assert screen(section) not in editor.get(address).content.decode()


class TestOwnRights:
    """A user who may choose editors, but lacks some of the rights of editors."""

    @pytest.fixture
    def chooser(self):
        section, person = factories.make_section("Ours"), factories.make_user("chooser")
        group = Group.objects.create(name="Choosers")
        person.groups.add(group)
        for codename in ("access_admin", "change_user"):
            group.permissions.add(Permission.objects.get(codename=codename))
        for codename in ("add_page", "change_page", "publish_page"):
            on_page = Permission.objects.get(codename=codename)
            GroupPagePermission.objects.create(group=group, page=section, permission=on_page)
        GroupCollectionPermission.objects.create(
            group=group,
            collection=Collection.get_first_root_node(),
            permission=Permission.objects.get(codename="add_collection"),
        )
        return person

    def test_a_user_cannot_make_editors_with_more_rights_than_their_own(self, chooser):
        section = VideoIndexPage.objects.get(title="Ours")
        answer = factories.browser(chooser).post(screen(section), {"people": [chooser.pk], "collection": ""})
        assert answer.status_code == 200
        assert "all that editors may do" in answer.content.decode()
        section.refresh_from_db()
        assert section.collection is None
        assert not Group.objects.filter(name="Editors of Ours").exists()
        assert not Collection.objects.filter(name="Ours").exists()

    def test_users_with_more_rights_are_not_offered_and_stay_editors(self, chooser):
        section, editor = VideoIndexPage.objects.get(title="Ours"), factories.make_user("ed", "Video editors")
        group = set_section_editors(section, people=[editor])
        for permission in file_permissions():
            GroupCollectionPermission.objects.create(
                group=Group.objects.get(name="Choosers"),
                collection=Collection.get_first_root_node(),
                permission=permission,
            )
        client = factories.browser(chooser)
        assert editor not in client.get(screen(section)).context["form"].fields["people"].queryset
        section.refresh_from_db()
        answer = client.post(screen(section), {"people": [chooser.pk], "collection": section.collection_id})
        assert answer.status_code == 302
        assert set(group.user_set.all()) == {editor, chooser}

    def test_a_group_that_may_more_loses_nothing(self, chooser):
        """Cut down, its people could be changed by whom they were out of reach for."""
        section = VideoIndexPage.objects.get(title="Ours")
        secret = Collection.get_first_root_node().add_child(name="Secret")
        beyond = Group.objects.create(name="Made by an administrator")
        beyond.permissions.add(Permission.objects.get(codename="access_admin"))
        on_page = Permission.objects.get(codename="change_page")
        GroupPagePermission.objects.create(group=beyond, page=section, permission=on_page)
        own = Collection.get_first_root_node().add_child(name="Own")
        for permission in file_permissions():
            GroupCollectionPermission.objects.create(group=beyond, collection=secret, permission=permission)
            GroupCollectionPermission.objects.create(
                group=Group.objects.get(name="Choosers"), collection=own, permission=permission
            )
        answer = factories.browser(chooser).post(screen(section), {"people": [], "collection": own.pk})
        assert answer.status_code == 200 and "all that editors may do" in answer.content.decode()
        kept = GroupCollectionPermission.objects.filter(group=beyond, collection=secret)
        assert kept.count() == len(file_permissions())
