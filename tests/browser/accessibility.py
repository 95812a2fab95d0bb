"""The findings of axe on a page that has finished loading."""

from axe_playwright_python.sync_playwright import Axe

SERIOUS = frozenset({"serious", "critical"})
HTML_SHOWN = 160


def findings(page, *, impacts=None, **run):
    """Return what axe finds on `page` once it has loaded: (rule, [html of each element]), in axe's order.

    `impacts`: of these only. `run`: `context` and `options` as `axe.run()` takes them.
    """
    page.wait_for_load_state("load")
    found = Axe().run(page, **run).response["violations"]
    return [
        (finding["id"], [node["html"][:HTML_SHOWN] for node in finding["nodes"]])
        for finding in found
        if impacts is None or finding["impact"] in impacts
    ]
