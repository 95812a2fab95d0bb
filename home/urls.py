"""The addresses of `home` beside the page tree."""

from django.urls import path, re_path

from home import views

urlpatterns = [
    path("search/", views.search, name="search"),
    re_path(r"^look/(?P<colour>[0-9a-f]{6})\.css\Z", views.look, name="look"),
]
