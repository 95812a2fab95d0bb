"""The names of the rights that the permission policies of `pages/permission_policies.py` know beside Wagtail's own."""

import enum


class PageRight(enum.StrEnum):
    """A right to one video or section, beside Wagtail's "add", "change", "publish", "lock", "unlock", "bulk_delete"."""

    EDIT = "edit"  # as Wagtail's page editor: change it, or work on it by a task of a workflow
    CHANGE_ACCESS = "change_access"  # password, length of access, where it is listed
    SEE_STATISTICS = "see_statistics"
    CHOOSE_EDITORS = "choose_editors"  # of a section


class FileRight(enum.StrEnum):
    """A right to one video file, beside Wagtail's "add", "change", "delete" and "choose"."""

    USE = "use"  # watch it in the admin, and put it on a page


class InvitationRight(enum.StrEnum):
    """A right to one invitation."""

    MANAGE = "manage"  # see it, change it, end it, delete it


class RequestRight(enum.StrEnum):
    """A right to one request for access."""

    ANSWER = "answer"


class SessionRight(enum.StrEnum):
    """A right to one access session."""

    END = "end"
