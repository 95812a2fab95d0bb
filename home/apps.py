"""The configuration of the app `home`."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save, pre_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """The app `home`."""

    name = "home"
    verbose_name = _("Home")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what happens before and after migrations, and when the settings of a site change."""
        from home.appearance.site_texts import name_for_readers
        from home.drawings.models import delete_drawings
        from home.languages import locales, visitor_language  # models are not loaded before
        from home.models import SiteSettings
        from home.shown import triggers
        from video_pages.core import site_names

        site_names.register(name_for_readers)
        pre_migrate.connect(triggers.remove, sender=self, dispatch_uid="remove_shown_triggers")
        post_migrate.connect(triggers.install, sender=self, dispatch_uid="install_shown_triggers")
        post_migrate.connect(locales.make_after_migrations, sender=self, dispatch_uid="make_locales")
        for signal in (post_save, post_delete):
            signal.connect(
                visitor_language.forget_offered, sender=SiteSettings, dispatch_uid="forget_offered_languages"
            )
        post_delete.connect(delete_drawings, sender=SiteSettings, dispatch_uid="delete_drawings")
