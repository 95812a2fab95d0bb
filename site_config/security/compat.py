"""Private APIs of Django that this package uses; tests/site_config/test_compat.py checks each of them."""

import abc
from typing import Any

from django.core.handlers.wsgi import WSGIRequest


class ContentTypeRequest(WSGIRequest, abc.ABC):
    """A request whose class reads the `Content-Type` itself, in `read_content_type`."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Django calls this while it makes the request."""
        self.read_content_type(meta.get("CONTENT_TYPE", ""))

    @abc.abstractmethod
    def read_content_type(self, value: str) -> None:
        """Set `content_type` and `content_params` from the header's `value`, and `encoding` if it is to change."""
