"""The app `wagtail.users` as this site installs it, in a module of its own: Django expects one AppConfig per module."""

from wagtail.users.apps import WagtailUsersAppConfig


class LimitedUsersConfig(WagtailUsersAppConfig):
    """The configuration with the viewsets of `site_config.security.users`."""

    user_viewset = "site_config.security.users.LimitedUserViewSet"
    group_viewset = "site_config.security.users.LimitedGroupViewSet"
