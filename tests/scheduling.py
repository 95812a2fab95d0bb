"""The order of the tests, and how the processes of pytest-xdist share them: some wait while others compute.

A test with a server or a browser mostly waits; the others use a core. So every second process begins with the latter,
and the others with the former, until they meet. The unit is a module: its fixtures are set up once. A package is one
unit if its tests share servers or take turns.
"""

from xdist.scheduler import LoadScopeScheduling

ONE_UNIT = ("tests/delivery/backends/", "tests/scale/")
# The beginning of the queue, the longest first: no process is left alone with one of them.
WAITING = (
    *ONE_UNIT,
    "tests/deploy/",
    "tests/site_config/test_copy_database.py",
    "tests/worker/",
    "tests/test_postgresql.py",
    "tests/site_config/test_search_cluster.py",
    "tests/site_config/metrics/",
    "tests/library/s3/",
    "tests/browser/test_admin_screens.py",
    "tests/browser/test_uploads.py",
    "tests/browser/test_accessibility.py",
    "tests/browser/",
    "tests/delivery/test_revocation.py",
    "tests/delivery/test_under_gunicorn.py",
    "tests/uploads/test_tus_under_gunicorn.py",
)
# Its end, the longest last: modules that take half a minute and more. What is named nowhere is short, as the run ends
# there: a long module would leave the other processes idle.
COMPUTING = (
    "tests/access/test_guessing_load.py",
    "tests/test_fuzzed_requests.py",
    "tests/site_config/test_unreadable.py",
    "tests/transcoding/",
    "tests/pages/test_viewer_queries.py",
    "tests/site_config/test_search.py",
    "tests/site_config/test_people_walk.py",
    "tests/wagtail_admin/test_crawl.py",
)


def unit_of(nodeid):
    """Return the name of the unit to which the test `nodeid` belongs."""
    path = nodeid.partition("::")[0]
    return next((package for package in ONE_UNIT if path.startswith(package)), path)


def rank(unit):
    """Return the place of `unit` in the queue as a number; those that are named nowhere have 0, the middle."""
    for names, first in ((WAITING, -len(WAITING)), (COMPUTING, 1)):
        for number, beginning in enumerate(names, first):
            if unit.startswith(beginning):
                return number
    return 0


def in_order(items):
    """Return `items` in the order of the queue, those of a unit together; within these limits they keep their order."""
    units = {}
    for item in items:
        units.setdefault(unit_of(item.nodeid), []).append(item)
    return [item for unit in sorted(units, key=rank) for item in units[unit]]


class FromBothEnds(LoadScopeScheduling):
    """Gives every second process the units from the end of the queue, and the others those from its beginning."""

    def __init__(self, config, log=None):
        super().__init__(config, log)
        config.option.loadscopereorder = False  # the tests come in the order of `in_order`

    def _split_scope(self, nodeid):
        return unit_of(nodeid)

    def _assign_work_unit(self, node):
        if int(node.gateway.id.removeprefix("gw")) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
