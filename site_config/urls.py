"""The addresses of the site; what is not named here belongs to the page tree."""

from django.http import Http404
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from home.routing import serve
from site_config.media import public_media
from site_config.security.password_reset import LimitedPasswordResetView

handler500 = "home.views.server_error"


def nothing_here(request):
    """The address of Wagtail's shared passwords, which says by its answer which pages there are."""
    raise Http404


urlpatterns = [
    path("admin/password_reset/", LimitedPasswordResetView.as_view()),  # in front of Wagtail's own
    path("admin/", include("video_pages.wagtail_admin.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("media/<path:path>", public_media, name="public_media"),
    path("", include("video_pages.urls")),
    path("", include("home.urls")),
    re_path(r"^_util/authenticate_with_password/", nothing_here),  # in front of Wagtail's, which it closes
    path("", include([pattern for pattern in wagtail_urls.urlpatterns if pattern.name != "wagtail_serve"])),
    re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"),
]
