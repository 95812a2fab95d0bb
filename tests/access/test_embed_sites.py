"""The owner's list of sites that may show films in a frame: what is typed, what is kept, what it admits."""

import pytest
from django.urls import reverse
from wagtail.models import Site

from tests import factories
from video_pages.access.embed_sites import MOST_SITES, names_site, read_site, read_sites
from video_pages.models import AccessSettings


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://school.example", "https://school.example"),
        ("school.example", "https://school.example"),
        ("HTTPS://School.Example/courses/?x=1#y", "https://school.example"),
        ("https://school.example:443", "https://school.example"),
        ("https://school.example:8443/", "https://school.example:8443"),
        ("http://school.example:80", "http://school.example"),
        ("http://localhost:8161", "http://localhost:8161"),
        ("http://127.0.0.1:8161", "http://127.0.0.1:8161"),
        ("https://*.school.example", "https://*.school.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_line_becomes_an_origin(typed, kept):
    assert read_site(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "https://*",
        "https://*.example",
        "https://a.*.example",
        "'self'",
        "'none'",
        "javascript:alert(1)",
        "ftp://school.example",
        "https://ann@school.example",
        "https://school.example:port",
        "https://school.example:99999",
        "https://school.example; script-src *",
        "https://school.example, https://other.example",
        "https://school.example https://other.example",
        "https://-school.example",
        "https://[::1",
        "https://" + "a" * 64 + ".example",
        "https://",
    ],
)
def test_what_is_no_site_is_refused_by_its_line(typed):
    with pytest.raises(ValueError, match=r".") as refused:
        read_sites(f"https://fine.example\n{typed}")
    assert refused.value.args == (typed,)


def test_empty_lines_and_repetitions_are_dropped():
    assert read_sites("\n a.example \r\n\nhttps://a.example/x\nb.example") == ["https://a.example", "https://b.example"]


@pytest.mark.parametrize(
    ("origin", "is_named"),
    [
        ("https://school.example", True),
        ("https://School.example", True),
        ("http://school.example", False),
        ("https://school.example:8443", False),
        ("https://www.school.example", False),
        ("https://a.agency.example", True),
        ("https://b.a.agency.example", True),
        ("https://agency.example", False),
        ("https://evilagency.example", False),
        ("http://plain.example", True),
        ("https://plain.example", True),
        ("null", False),
        ("", False),
    ],
)
def test_an_origin_is_named_as_a_browser_reads_the_policy(origin, is_named):
    sites = ["https://school.example", "https://*.agency.example", "http://plain.example"]
    assert names_site(sites, origin) is is_named


@pytest.mark.django_db
class TestTheSetting:
    def save(self, text):
        address = reverse("wagtailsettings:edit", args=("video_pages", "accesssettings", Site.objects.get().pk))
        owner = factories.browser(factories.make_superuser())
        data = {
            "access_minutes_length": "1",
            "access_minutes_unit": "hours",
            "locked_cards": "still",
            "embed_sites": text,
        }
        return owner.post(address, data)

    def test_it_keeps_origins(self):
        assert self.save("school.example\r\nhttps://*.agency.example/films").status_code == 302
        assert AccessSettings.objects.get().embed_sites == "https://school.example\nhttps://*.agency.example"

    def test_it_names_a_wrong_line(self):
        response = self.save("school.example\nhttps://a b")
        assert "“https://a b” is not the address of a site" in response.content.decode()
        assert not AccessSettings.objects.exclude(embed_sites="").exists()

    def test_it_has_a_bound(self):
        sites = "\n".join(f"s{number}.example" for number in range(MOST_SITES + 1))
        assert f"At most {MOST_SITES} sites" in self.save(sites).content.decode()
