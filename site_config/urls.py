"""The addresses of the site. All other addresses belong to the page tree."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.views.account import LogoutView

from home.languages.addresses import by_language
from home.routing import serve
from site_config.media import public_media
from site_config.security.password_reset import LimitedPasswordResetView

handler500 = "home.views.server_error"


def not_found(request: HttpRequest) -> NoReturn:
    """Raise Http404 at addresses that this site closes.

    Wagtail's addresses of shared passwords reveal which pages exist; its `failwhale` raises an exception to show the
    error page.
    """
    raise Http404


urlpatterns = [
    # Without the token, and where there are no metrics: no redirect to `/metrics/`, as Django would send.
    path("metrics", not_found),
    path("admin/password_reset/", LimitedPasswordResetView.as_view()),  # replaces Wagtail's own
    # Wagtail's own asks for access to the admin, so people who only sign in for private pages could not sign out.
    path("admin/logout/", LogoutView.as_view()),
    path("admin/failwhale/", not_found),
    path("admin/", include("video_pages.wagtail_admin.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("media/<path:path>", public_media, name="public_media"),
    path("", include("video_pages.urls")),
    path("", include("home.urls")),
    re_path(r"^_util/authenticate_with_password/", not_found),  # replaces Wagtail's own
    path("", include([pattern for pattern in wagtail_urls.urlpatterns if pattern.name != "wagtail_serve"])),
    by_language([re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve")]),
]
