"""The configuration of the app `home`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """The app `home`."""

    name = "home"
    verbose_name = _("Home")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Install the triggers of `home.shown` after migrations, and remove them before."""
        from home.shown import triggers  # models are not loaded before

        pre_migrate.connect(triggers.remove, sender=self, dispatch_uid="remove_shown_triggers")
        post_migrate.connect(triggers.install, sender=self, dispatch_uid="install_shown_triggers")
