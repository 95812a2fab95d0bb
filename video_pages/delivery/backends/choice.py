"""The delivery backend that the setting DELIVERY names: by a short name, or by the dotted path of a class."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from video_pages.delivery.backends.base import BaseDeliveryBackend
from video_pages.library.storage import protected_storage

# Dotted paths and not classes, so that the packages which one backend needs are imported only if it is chosen.
SHORT_NAMES = {
    "stream": "video_pages.delivery.backends.stream.StreamBackend",
    "nginx": "video_pages.delivery.backends.nginx.NginxBackend",
    "x-accel": "video_pages.delivery.backends.x_accel.XAccelBackend",
    "redirect": "video_pages.delivery.backends.redirect.RedirectBackend",
    "cdn": "video_pages.delivery.backends.cdn.CdnBackend",
}


def backend_class(name: str) -> type[BaseDeliveryBackend]:
    """Return the class that `name`, a short name or a dotted path, means. Raises ImproperlyConfigured if there is none.

    The error names the setting and the possible values.
    """
    try:
        found = import_string(SHORT_NAMES.get(name, name))
    except ImportError as error:
        raise ImproperlyConfigured(f"DELIVERY is {name!r}, but {_expected()} ({error})") from error
    if not (isinstance(found, type) and issubclass(found, BaseDeliveryBackend)):
        raise ImproperlyConfigured(f"DELIVERY is {name!r}, but {_expected()}")
    return found


def delivery_backend() -> BaseDeliveryBackend:
    """Return a new backend for protected storage. Raises ImproperlyConfigured if DELIVERY names none."""
    return backend_class(settings.DELIVERY)(protected_storage())


def _expected() -> str:
    names = ", ".join(SHORT_NAMES)
    return f"must be {names}, or the dotted path of a subclass of {BaseDeliveryBackend.__module__}.BaseDeliveryBackend."
