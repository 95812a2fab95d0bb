"""The addresses of the site; what is not named here belongs to the page tree."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from site_config.media import public_media
from site_config.password_reset import LimitedPasswordResetView

handler500 = "home.views.server_error"

urlpatterns = [
    path("admin/password_reset/", LimitedPasswordResetView.as_view()),  # in front of Wagtail's own
    path("admin/", include("video_pages.wagtail_admin.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("media/<path:path>", public_media, name="public_media"),
    path("", include("video_pages.urls")),
    path("", include("home.urls")),
    path("", include(wagtail_urls)),
]
