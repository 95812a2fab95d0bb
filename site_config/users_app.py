"""`wagtail.users` as this site installs it. In a module of its own: Django looks for one AppConfig in each `apps`."""

from wagtail.users.apps import WagtailUsersAppConfig


class GuardedUsersConfig(WagtailUsersAppConfig):
    """With a viewset in which only superusers make and change superusers."""

    user_viewset = "site_config.users.GuardedUserViewSet"
