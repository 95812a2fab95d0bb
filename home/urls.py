"""The addresses of `home` outside the page tree."""

from django.urls import path, re_path

from home import sitemap, views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.open_pages, name="sitemap"),
    re_path(r"^look/(?P<colour>[0-9a-f]{6})\.css\Z", views.look, name="look"),
]
