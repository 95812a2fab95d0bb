"""Wagtail's admin with its people guarded, and without Wagtail's documents app.

The site has no documents: an app less to guard, and no second way to put files at a public address. Wagtail 8
nevertheless names the documents' API on every admin page (`wagtail_config` reverses
`wagtailadmin_api:documents:listing`), so the name must exist. It leads nowhere.
"""

from django.contrib.auth.models import Group
from django.http import Http404
from django.urls import path
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from site_config.users import SuperusersOnly, refuse_bulk_action

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
