"""Turns Wagtail's welcome page, on a fresh database, into the site's home page.

The page's row stays, with its place in the tree and the site that points at it; it only gains what a HomePage has.
A database whose first page someone has already made their own is left alone.
"""

from django.db import migrations

WELCOME_TITLE = "Welcome to your new Wagtail site!"
HOME_TITLE = "Home"
SITE_NAME = "Screening Room"


def welcome_to_home(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("home", "HomePage")

    welcome = Page.objects.filter(depth=2, slug="home", title=WELCOME_TITLE).first()
    if welcome is None:
        return
    home = HomePage(page_ptr_id=welcome.pk)
    for field in Page._meta.concrete_fields:
        setattr(home, field.attname, getattr(welcome, field.attname))
    home.title = home.draft_title = HOME_TITLE
    home.content_type, _created = ContentType.objects.get_or_create(app_label="home", model="homepage")
    home.save()
    Site.objects.filter(root_page_id=welcome.pk, site_name="").update(site_name=SITE_NAME)


def home_to_welcome(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    HomePage = apps.get_model("home", "HomePage")

    plain = ContentType.objects.get(app_label="wagtailcore", model="page")
    for home in HomePage.objects.filter(depth=2):
        page_id = home.pk
        home.delete(keep_parents=True)
        Page.objects.filter(pk=page_id).update(title=WELCOME_TITLE, draft_title=WELCOME_TITLE, content_type=plain)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_release_0_1"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunPython(welcome_to_home, home_to_welcome),
    ]
