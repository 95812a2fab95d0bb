"""The addresses of the whole site, from the URL resolver, and the names of fields that its views read."""

from django.urls import URLResolver, get_resolver

LEFT_OUT = {
    "admin/logout/",
    "healthz",  # 503 says that no worker runs
}
FIELDS = (
    "id page p ids collection collection_id next export root_page user parent_page_id page_type action q search "
    "object_id locale content_type owner site group role offset limit width height child_of descendant_of order "
    "ordering tags tag date_from timestamp_from latest_revision_created_at_from section days first last childOf "
    "session total state ends began new_parent_page revision_id url from_index fields target_pages[] user_perms "
    "search_operator destination_page_id position new_parent_page"
).split()


def patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(entry.pattern).lstrip("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, whole)
        elif whole not in LEFT_OUT and "(?" not in whole:
            yield whole
