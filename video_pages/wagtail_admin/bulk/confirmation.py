"""The confirmation of a bulk action: the videos that it changes, those that it leaves out, and the consequences.

A selection of more than MOST_NAMED videos is counted, and only its first titles are read.
"""

import json
from typing import Any

from django.forms import Form
from django.http import QueryDict
from django.utils.translation import ngettext

from video_pages.uploads.messages import by_count
from video_pages.wagtail_admin.bulk.selection import ALL, DIGEST_FIELD, MOST_NAMED, digest_of, split

MOST_TITLES = 50  # further titles are counted


def confirmation_context(action: Any, form: Form) -> dict[str, Any]:
    """Return the context of the confirmation of `action`, a VideoBulkAction, with `form`."""
    chosen = action.chosen
    is_long = action.is_whole_list and len(chosen) > MOST_NAMED
    able, left_out = action.judge(*split(chosen[:MOST_TITLES] if is_long else chosen, action.request.user))
    count = len(chosen) if is_long else len(able)
    reasons: dict[str, list[str]] = {}
    for title, reason in () if is_long else left_out:
        reasons.setdefault(str(reason), []).append(title)
    titles = [video.get_admin_display_title() for video in able[:MOST_TITLES]]
    return {
        "view": action,
        "form": form,
        "heading": action.display_name,
        "question": action.question(count) if count else "",
        "titles": titles,
        "more_titles": count - len(titles),
        "left_out": [
            (reason, names[:MOST_TITLES], max(0, len(names) - MOST_TITLES)) for reason, names in reasons.items()
        ],
        "notes": (action.notes_on_many() if is_long else action.notes(able)) if count else [],
        "count": count,
        "is_long": is_long,
        "more_forms": more_forms(),
        "digest_field": DIGEST_FIELD,
        "ids": ALL if is_long else " ".join(str(video.pk) for video in able),
        "digest": digest_of(chosen) if is_long else "",
        "address": _address(action, is_long=is_long),
        "next": action.next_url,
        "media": action.media + form.media,
    }


def more_forms() -> str:
    """Return the plural forms of "and 3 more" for the script, as JSON."""
    forms = by_count(lambda count: ngettext("and %(count)s more", "and %(count)s more", count))
    return json.dumps(forms, ensure_ascii=False)


def _address(action: Any, *, is_long: bool) -> str:
    """Return the query of the form's address. That of a long selection has the search and filters of the list."""
    query = action.request.GET.copy() if is_long else QueryDict(mutable=True)
    query["next"] = action.next_url
    return f"?{query.urlencode()}"
