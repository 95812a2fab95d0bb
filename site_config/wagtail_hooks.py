"""Wagtail's admin with its people and sites guarded, and without Wagtail's documents app.

The site has no documents: an app less to guard, and no second way to put files at a public address. Wagtail 8
nevertheless names the documents' API on every admin page (`wagtail_config` reverses
`wagtailadmin_api:documents:listing`), so the name must exist. It leads nowhere.
"""

from django.contrib.auth.models import Group
from django.http import Http404
from django.urls import path
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.sites.views import SiteViewSet

from site_config.security.users import SuperusersOnly, refuse_bulk_action

# Wagtail's copy screen saves the form into the very row that was to be copied: whoever may only add sites would change
# one. Wagtail makes the viewset from its own hook, after all modules of hooks are loaded, and has no setting for it.
SiteViewSet.copy_view_enabled = False
register_permission_policy(Group, SuperusersOnly(Group))
hooks.register("before_bulk_action", refuse_bulk_action)


def no_documents(request):
    """There are no documents."""
    raise Http404


class NoDocumentsEndpoint:
    """An endpoint of the admin API that lists nothing and stands for no model."""

    class model:  # noqa: N801
        """What the API's router compares page models with: nothing derives from it."""

    @classmethod
    def get_urlpatterns(cls):
        return [path("", no_documents, name="listing")]


@hooks.register("construct_admin_api")
def leave_documents_out(router):
    router.register_endpoint("documents", NoDocumentsEndpoint)
