"""Messages of a form to an editor who saves values that another one has changed since this one has read them."""

from django.utils.translation import gettext_lazy as _

CHANGED_MEANWHILE = _(
    "Somebody has changed these texts since you opened this page. Nothing of yours is saved yet: look at the texts "
    "below, then save again."
)
CHANGED = _(
    "Saved here meanwhile: “%(text)s”. The field has what you typed; it replaces that text when you save again."
)
TAKEN_OVER = _("Changed meanwhile, and not by you: the field has the text that is saved now.")
