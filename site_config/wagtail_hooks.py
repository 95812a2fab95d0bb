"""Changes of Wagtail's admin: permissions on groups, users and sites, and no documents.

The site does not install Wagtail's app for documents, which would put files at public addresses. Wagtail 8
nevertheless reverses `wagtailadmin_api:documents:listing` on every page of the admin (`wagtail_config`), so the name
must exist. Its address returns 404.
"""

from typing import NoReturn

from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.permissions import register_permission_policy
from wagtail.sites.views import SiteViewSet

from site_config.compat import disable_copying
from site_config.security.users import SuperusersOnly, refuse_bulk_action

# Wagtail's copy screen saves the form into the original row: a user who may only add sites could change one. Wagtail
# creates the viewset in its own hook, after it has loaded all modules of hooks.
disable_copying(SiteViewSet)
register_permission_policy(Group, SuperusersOnly(Group))
hooks.register("before_bulk_action", refuse_bulk_action)


def no_documents(request: HttpRequest) -> NoReturn:
    """Raise Http404: the site has no documents."""
    raise Http404


class NoDocumentsEndpoint:
    """An endpoint of the admin API without objects and without a model."""

    class model:  # noqa: N801
        """The API's router looks for subclasses of this class; there are none."""

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [path("", no_documents, name="listing")]


@hooks.register("construct_admin_api")
def register_no_documents(router: WagtailAPIRouter) -> None:
    router.register_endpoint("documents", NoDocumentsEndpoint)
