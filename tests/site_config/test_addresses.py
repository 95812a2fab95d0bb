"""The site's addresses, and an admin that works without the apps that were left out."""

import pytest
from django.urls import NoReverseMatch, reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/pages/",
        "/admin/images/",
        "/admin/media/",
        "/admin/media/chooser/video/",
        "/admin/redirects/",
        "/admin/users/",
        "/admin/groups/",
        "/admin/collections/",
        "/admin/sites/",
        "/admin/reports/site-history/",
        "/admin/reports/locked/",
        "/admin/workflows/list/",
        "/admin/account/",
    ],
)
def test_admin_screens_work_without_documents_and_embeds(admin_client, path):
    assert admin_client.get(path).status_code == 200


def test_documents_lead_nowhere(admin_client):
    assert admin_client.get(reverse("wagtailadmin_api:documents:listing")).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("wagtaildocs:index")


def test_admin_asks_for_a_login(client):
    response = client.get("/admin/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")


def test_unknown_page_is_not_found(client):
    assert client.get("/no-such-page/").status_code == 404
