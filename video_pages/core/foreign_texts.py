"""Texts that wagtailmedia has in few languages: the catalogues of this project have them in all of them.

Django asks these catalogues first, whoever marks the text. `makemessages` finds the texts here.
"""

from django.utils.translation import gettext_noop

TEXTS = (
    gettext_noop("Change media file:"),
    gettext_noop("Choose another video"),
    gettext_noop("Choose video"),
    gettext_noop("Edit this video"),
    gettext_noop("Media"),
    gettext_noop("Search media"),
    gettext_noop("Usage of"),
)
