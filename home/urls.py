"""The addresses of `home` outside the page tree."""

from django.urls import path, re_path

from home import search, views
from home.appearance.colours import SHEET
from home.languages import visitor_language
from home.languages.addresses import by_language
from home.sharing import oembed, sitemap

urlpatterns = [
    by_language(
        [
            path("search/", search.search, name="search"),
            path("search/suggestions/", search.suggestions, name="search_suggestions"),
        ]
    ),
    path("language/", visitor_language.choose_language, name="choose_language"),
    path("oembed", oembed.oembed, name="oembed"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.open_pages, name="sitemap"),
    path("look/site.webmanifest", views.manifest, name="manifest"),
    re_path(r"^look/icon-(?P<key>[0-9a-f]{16})-(?P<size>[0-9]{2,3})\.png\Z", views.icon, name="site_icon"),
    re_path(r"^look/logo-(?P<digest>[0-9a-f]{32})\.svg\Z", views.logo_drawing, name="logo_drawing"),
    re_path(r"^look/ticket-(?P<key>[0-9a-f]{16})\.png\Z", views.ticket, name="shared_ticket"),
    # The address without SHEET: during an update, pages of the former version and those in caches still have it.
    re_path(r"^look/(?P<colour>[0-9a-f]{6})\.css\Z", views.look),
    re_path(rf"^look/(?P<colour>[0-9a-f]{{6}})-{SHEET}\.css\Z", views.look, name="look"),
]
