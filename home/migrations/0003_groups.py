"""Makes the groups that a site begins with: Video editors, and Site owners.

Django makes permissions only after all migrations have run, so those that the groups need are made here, as
Wagtail's own migrations do. A group of the same name that is there already keeps its rights.
"""

from django.db import migrations

ADMIN = [("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")]
PAGES = ["add", "change", "publish"]
OWNERS_PAGES = [*PAGES, "lock", "unlock", "bulk_delete"]
# wagtailmedia asks for the rights to its own model, whichever model a site has in its place.
FILES = {
    ("wagtailmedia", "media", "media"): ["add", "change", "delete"],
    ("wagtailimages", "image", "image"): ["add", "change", "choose", "delete"],
}
# The owner's settings and the people: model permissions of Django's usual kinds.
OWNED = {
    ("home", "sitesettings", "site appearance and texts"): ["change"],
    ("video_pages", "accesssettings", "access"): ["change"],
    ("wagtailcore", "site", "site"): ["change"],
    ("wagtailredirects", "redirect", "redirect"): ["add", "change", "delete"],
    ("auth", "user", "user"): ["add", "change", "delete"],
}
COLLECTIONS = ["add", "change", "delete"]


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, page_permissions, owned in (
        ("Video editors", PAGES, {}),
        ("Site owners", OWNERS_PAGES, OWNED),
    ):
        group, is_new = Group.objects.get_or_create(name=name)
        if is_new:
            give(apps, group, page_permissions, owned)


def give(apps, group, page_permissions, owned):
    Page = apps.get_model("wagtailcore", "Page")
    Collection = apps.get_model("wagtailcore", "Collection")
    OnPages = apps.get_model("wagtailcore", "GroupPagePermission")
    OnCollections = apps.get_model("wagtailcore", "GroupCollectionPermission")

    for label, model, codename, name in ADMIN:
        group.permissions.add(permission(apps, label, model, codename, name))
    for root in Page.objects.filter(depth=1):
        for action in page_permissions:
            may = permission(apps, "wagtailcore", "page", f"{action}_page", f"Can {action} page")
            OnPages.objects.create(group=group, page=root, permission=may)
    for root in Collection.objects.filter(depth=1):
        for (label, model, name), actions in FILES.items():
            for action in actions:
                may = permission(apps, label, model, f"{action}_{model}", f"Can {action} {name}")
                OnCollections.objects.create(group=group, collection=root, permission=may)
        for action in COLLECTIONS if owned else []:
            may = permission(apps, "wagtailcore", "collection", f"{action}_collection", f"Can {action} collection")
            OnCollections.objects.create(group=group, collection=root, permission=may)
    for (label, model, name), actions in owned.items():
        for action in actions:
            group.permissions.add(permission(apps, label, model, f"{action}_{model}", f"Can {action} {name}"))


def permission(apps, label, model, codename, name):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    content_type, _is_new = ContentType.objects.get_or_create(app_label=label, model=model)
    made, _is_new = Permission.objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return made


class Migration(migrations.Migration):
    replaces = [("home", "0004_groups")]

    dependencies = [
        ("home", "0002_first_site"),
        ("video_pages", "0001_release_0_1"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0001_initial"),
        ("wagtailmedia", "0001_initial"),
        ("wagtailredirects", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        # Groups outlive a step back: people are in them.
        migrations.RunPython(make_groups, migrations.RunPython.noop),
    ]
