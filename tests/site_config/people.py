"""A site with one person for each way to have rights, and everything that can be asked of the screens about people."""

import itertools

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import URLResolver, get_resolver, reverse
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    GroupSitePermission,
    PageViewRestriction,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.users.forms import GroupForm
from wagtail.users.views.groups import get_permission_panel_classes

from tests import factories
from video_pages.models import VideoIndexPage
from video_pages.sections.editors import set_section_editors

User = get_user_model()
APPS = {"wagtailusers_users", "wagtailusers_groups", "wagtailsites", "wagtailadmin_collections"}
GROUPS = ["Group changers", "Filers with sites", "Viewers", "Site owners"]  # what is tried with some is enough
PASSWORD = "a-long-enough-one-42"


def make_people():
    """Make the users that the tests name, each with its rights."""
    section, elsewhere = factories.make_section("A section"), factories.make_section("Elsewhere")
    factories.make_superuser("admin")
    factories.make_user("owner", "Site owners")
    factories.make_user("editor", "Video editors")
    factories.make_user("plain")
    set_section_editors(section, people=[factories.make_user("of_section"), factories.make_user("of_section_too")])
    make_member("custom", "Custom", "wagtailadmin.access_admin", *(f"auth.{name}_user" for name in ("add", "change")))
    make_member("changes_groups", "Group changers", *(f"auth.{name}_group" for name in ("add", "change", "delete")))
    on_pages = make_member("changes_pages", "Page changers")
    publish = _permission("wagtailcore.publish_page")
    GroupPagePermission.objects.create(group=on_pages, page=elsewhere, permission=publish)
    held = Collection.get_first_root_node().add_child(name="Held")
    Collection.get_first_root_node().add_child(name="Free")
    change = _permission("wagtailimages.change_image")
    for name, group, *general in (("files", "Filers"), ("sites_too", "Filers with sites", "wagtailcore.add_site")):
        on_files = make_member(name, group, *general)
        GroupCollectionPermission.objects.create(group=on_files, collection=held, permission=change)
    on_sites = make_member("settings", "Settings of one site")
    settings = _permission("home.change_sitesettings")
    GroupSitePermission.objects.create(group=on_sites, site=Site.objects.get(), permission=settings)
    task, workflow = GroupApprovalTask.objects.create(name="Look"), Workflow.objects.create(name="Looked at")
    task.groups.add(make_member("approves", "Approvers"))
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page=elsewhere)
    private = PageViewRestriction.objects.create(page=elsewhere, restriction_type="groups")
    private.groups.add(make_member("sees", "Viewers"))
    factories.make_user("own_right").user_permissions.add(_permission("wagtailcore.delete_site"))
    factories.make_user("switched_off", "Group changers")
    User.objects.filter(username="switched_off").update(is_active=False)


def make_member(username, group, *permissions):
    """Make a person in a new group with these general permissions; return the group."""
    made = Group.objects.create(name=group)
    made.permissions.set(map(_permission, permissions))
    factories.make_user(username, group)
    return made


def _permission(name):
    label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=label, codename=codename)


def screens(usernames):
    """Yield every address of the four apps, for these people, some groups, and all sites and collections there are."""
    ids = list(User.objects.filter(username__in=usernames).values_list("pk", flat=True))
    targets = {
        "wagtailusers_users": ids,
        "wagtailusers_groups": Group.objects.filter(name__in=GROUPS).values_list("pk", flat=True),
        "wagtailsites": Site.objects.values_list("pk", flat=True),
        "wagtailadmin_collections": Collection.objects.values_list("pk", flat=True),
    }
    for namespace, pattern in patterns():
        if namespace in APPS:
            converters = pattern.pattern.converters
            for values in itertools.product(*[targets[namespace]] * len(converters)):
                kwargs = dict(zip(converters, values, strict=True))
                yield reverse(f"{namespace}:{pattern.name}", kwargs=kwargs)
    for section in VideoIndexPage.objects.all():
        yield reverse("section_editors", args=(section.pk,))


def bulk_screens(usernames):
    """Yield every address of an action on many people, for each of these and for all."""
    ids = list(User.objects.filter(username__in=usernames).values_list("pk", flat=True))
    for model in (User, Group):
        names = (model._meta.app_label, model._meta.model_name)
        for action, pk in itertools.product(bulk_action_registry.get_bulk_actions_for_model(*names), [*ids, "all"]):
            yield f"{reverse('wagtail_bulk_action', args=(*names, action.action_type))}?id={pk}&next=/admin/"


def patterns(resolver=None, namespace=None):
    """Yield (namespace, pattern) of every address below the resolver."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, pattern.namespace or namespace)
        else:
            yield namespace, pattern


def hostile_forms():
    """Bodies that are posted to the screens: an empty one, a confirmation, and one with all fields."""
    groups, root = list(Group.objects.values_list("pk", flat=True)), Collection.get_first_root_node()
    permissions = [permission.pk for permission in GroupForm(instance=Group()).fields["permissions"].queryset]
    everything = {
        **{"username": "eve", "first_name": "Eve", "last_name": "Example", "email": "eve@example.org"},
        **{"password1": PASSWORD, "password2": PASSWORD, "is_superuser": "on", "is_active": "on"},
        **{"name": "Eve's", "groups": groups, "permissions": permissions, "user_permissions": permissions},
        "people": list(User.objects.values_list("pk", flat=True)),
        **{"parent": Collection.objects.get(name="Free").pk, "restriction_type": "groups"},
        **{"hostname": "evil.example", "port": 80, "root_page": factories.get_home().pk},
    }
    for panel in (each(instance=Group()) for each in get_permission_panel_classes()):
        if not hasattr(panel, "empty_form"):
            everything.update({f"{panel.prefix}-sites": list(Site.objects.values_list("pk", flat=True))})
            continue
        field, of_pages = panel.empty_form.fields["permissions"], "page" in panel.empty_form.fields
        everything[f"{panel.prefix}-TOTAL_FORMS"], everything[f"{panel.prefix}-INITIAL_FORMS"] = 1, 0
        place = factories.get_home().get_root().pk if of_pages else root.pk
        everything[f"{panel.prefix}-0-{'page' if of_pages else 'collection'}"] = place
        everything[f"{panel.prefix}-0-permissions"] = [field.prepare_value(each) for each in field.queryset]
    return [{}, everything]


def hostile_bulk_forms():
    """Bodies that are posted to bulk actions: a group to join, and users switched off and on."""
    groups = Group.objects.filter(name__in=["Group changers", "Site owners"]).order_by("name")
    return [{"mark_as_active": str(number == 1), "role": group.pk} for number, group in enumerate(groups)]
