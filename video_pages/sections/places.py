"""Put a page at another place among its siblings by writing one row, in a section of 10,000 videos too.

The last step of a tree path is a number that orders siblings. treebeard numbers them 1, 2, 3 …, so a page that goes
to the front has it rewrite the path of each sibling. Here a page takes a number between those of its new neighbours.
If there is none, all siblings get numbers with gaps between them first, which one move in many needs. treebeard
accepts such numbers: each deletion leaves a gap.
"""

from django.db import connection, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Substr
from treebeard.exceptions import PathOverflow
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.signals import post_page_move, pre_page_move

from video_pages.access.guard import VIDEO, page_model
from video_pages.pages import list_entries
from video_pages.pages.compat import child_path

GAP = 64
"""The distance of numbers after all siblings were numbered anew, if as much room is left."""
MOST = len(Page.alphabet) ** Page.steplen - 1
"""The largest number of a sibling."""


def place_of(page: Page, among: QuerySet[Page] | None = None) -> int:
    """Return the place of `page` among its siblings, from 0; of these, only the pages in `among` count."""
    return children_among(page.get_parent(), among).filter(path__lt=page.path).count()


def children_among(parent: Page, among: QuerySet[Page] | None) -> QuerySet[Page]:
    """Return the children of `parent` in `among`; all for None."""
    children: QuerySet[Page] = parent.get_children()
    return children if among is None else children.filter(pk__in=among.order_by().values("pk"))


def move_to_place(page: Page, place: int, *, among: QuerySet[Page] | None = None, user: object | None = None) -> None:
    """Put `page` at `place` (from 0) among its siblings; at the end if there are fewer. Rights are not checked.

    With `among`, such as the pages that a user sees, only the pages in it count. Sends the signals and writes the log
    entry of Wagtail's own move. Raises treebeard's PathOverflow if no numbers are left, and Page.DoesNotExist if `page`
    was deleted or moved away from its parent since it was read.
    """
    asked = page.get_parent()
    with transaction.atomic():
        # Two moves at once would take the same number. Both pages may have moved since they were read: a path below
        # the old place of the parent would put the page out of its section, and behind another password.
        parent = Page.objects.select_for_update().get(pk=asked.pk)
        before = parent.get_children().select_for_update().get(pk=page.pk)
        others = parent.get_children().exclude(pk=page.pk).order_by("path")
        if among is not None:
            place = _place_among_all(others, children_among(parent, among).exclude(pk=page.pk), place)
        number = _free_number(others, place)
        if number is None:
            _number_anew(parent)
            before.refresh_from_db()
            number = _free_number(others, place)
        if number is None:
            raise PathOverflow(f"no number is left among the children of page {parent.pk}")
        path = child_path(parent, number)
        facts = {
            "sender": page.specific_class or type(page),
            "parent_page_before": parent,
            "parent_page_after": parent,
            "url_path_before": before.url_path,
            "url_path_after": before.url_path,
        }
        pre_page_move.send(instance=before, **facts)
        _rename(before.path, path)
        after = Page.objects.get(pk=page.pk)
        post_page_move.send(instance=after, is_only_one=True, **facts)
        ends = {"id": parent.pk, "title": parent.specific_deferred.get_admin_display_title()}
        log(instance=after, action="wagtail.reorder", user=user, data={"source": ends, "destination": ends})


def _place_among_all(others: QuerySet[Page], counted: QuerySet[Page], place: int) -> int:
    """Return the place among `others` that is right before the page at `place` of `counted`; the end if none is."""
    place = max(0, place)
    following = list(counted.order_by("path").values_list("path", flat=True)[place : place + 1])
    return others.filter(path__lt=following[0]).count() if following else others.count()


def _free_number(others: QuerySet[Page], place: int) -> int | None:
    """Return a number for a page at `place` among `others`, in order; None if its neighbours leave none."""
    first = max(0, min(place, others.count()) - 1)
    around = [_number(path) for path in others.values_list("path", flat=True)[first : first + 2]]
    if place <= 0:
        low, high = 0, around[0] if around else 2
    elif len(around) < 2:
        low, high = (around[0], around[0] + 2) if around else (0, 2)
    else:
        low, high = around
    number = (low + high) // 2
    return number if low < number <= MOST else None


def _number(path: str) -> int:
    return int(path[-Page.steplen :], len(Page.alphabet))


def _number_anew(parent: Page) -> None:
    """Give all children of `parent` numbers with equal gaps, in their order, and the entries of lists with them."""
    children = list(parent.get_children().order_by("path").values_list("pk", "path", "numchild"))
    gap = min(GAP, (MOST - len(children)) // (len(children) + 1))
    if gap < 2 or _number(children[-1][1]) > MOST - len(children):
        raise PathOverflow(f"no numbers are left among the children of page {parent.pk}")
    # A path is unique at each moment, so all children are out of the way first, at the end of the numbers.
    aside = [child_path(parent, MOST - place) for place in range(len(children))]
    wanted = [child_path(parent, (place + 1) * gap) for place in range(len(children))]
    for olds, news in (([path for _pk, path, _numchild in children], aside), (aside, wanted)):
        rows = list(zip(children, olds, news, strict=True))
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(Page._meta.db_table)
            leaves = [(new, pk) for (pk, _path, numchild), _old, new in rows if not numchild]
            cursor.executemany(f"UPDATE {table} SET path = %s WHERE id = %s", leaves)  # noqa: S608
        for (_pk, _path, numchild), old, new in rows:
            if numchild:
                _rename(old, new)
    list_entries.refresh(page_model(VIDEO).objects.child_of(parent))


def _rename(old: str, new: str) -> None:
    """Give the page at the path `old` and all below it paths that begin with `new`, of the same length."""
    if old != new:
        below = Page.objects.filter(path__startswith=old)
        below.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
