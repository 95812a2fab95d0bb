"""`wagtail.users` as this site installs it. In a module of its own: Django looks for one AppConfig in each `apps`."""

from wagtail.users.apps import WagtailUsersAppConfig


class GuardedUsersConfig(WagtailUsersAppConfig):
    """With viewsets under which nobody gives more rights than they have."""

    user_viewset = "site_config.security.users.GuardedUserViewSet"
    group_viewset = "site_config.security.users.GuardedGroupViewSet"
