"""Rules for invitations: the strictest of site and sections counts, when one is made or changed, for everybody."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Site

from tests.access.invitations import ruled_pages
from tests.factories import make_section, make_superuser, make_user
from video_pages.access.invitations import create_invitation, extend_invitation
from video_pages.access.invitations.broken_rules import breaking_rules
from video_pages.access.invitations.rules import Override, RuleBook
from video_pages.models import Invitation, InvitationSettings, SectionInvitationRules

pytestmark = pytest.mark.django_db
section, video = ruled_pages.section, ruled_pages.video
DAY = dt.timedelta(days=1)


def site_rules(**rules):
    return InvitationSettings.objects.update_or_create(site=Site.objects.get(), defaults=rules)[0]


def section_rules(section, **rules):
    return SectionInvitationRules.objects.update_or_create(section=section, defaults=rules)[0]


def refused(page, **options):
    """The fields at which an invitation to `page` is refused."""
    with pytest.raises(ValidationError) as caught:
        create_invitation(page, kind="link", label="A", **options)
    return set(caught.value.message_dict)


def test_without_rules_everything_is_allowed(video):
    create_invitation(video, kind="link", label="A", allows_download=True)


def test_each_rule_refuses_what_it_forbids(video):
    end = timezone.now() + 3 * DAY
    site_rules(must_end=True)
    assert refused(video) == {"ends_at"}
    site_rules(must_end=False, longest_days=2)
    assert refused(video) == refused(video, ends_at=end) == {"ends_at"}
    create_invitation(video, kind="link", label="A", ends_at=end, opens_at=timezone.now() + 2 * DAY)
    site_rules(longest_days=None, most_at_once=2)
    assert refused(video) == refused(video, at_once=3) == {"at_once"}
    create_invitation(video, kind="link", label="A", at_once=2)
    site_rules(most_at_once=None, no_downloads=True)
    assert refused(video, allows_download=True) == {"allows_download"}
    create_invitation(video, kind="link", label="A")


def test_the_last_day_counts_whole(video):
    site_rules(longest_days=14)
    last = timezone.make_aware(dt.datetime.combine(timezone.localdate() + 14 * DAY, dt.time(23, 59)))
    create_invitation(video, kind="link", label="A", ends_at=last)
    assert refused(video, ends_at=last + dt.timedelta(minutes=1)) == {"ends_at"}


def test_of_site_and_sections_the_strictest_counts_and_no_other_section(section, video):
    inner = make_section("Inner", parent=section)
    site_rules(longest_days=30, override=Override.EVERYBODY)
    section_rules(section, longest_days=60, most_at_once=3, override=Override.ADMINISTRATORS)
    section_rules(inner, longest_days=10, no_downloads=True, override=Override.EVERYBODY)
    section_rules(make_section("Other"), must_end=True, most_at_once=1, override=Override.NOBODY)
    book = RuleBook()
    at_video, at_inner = book.rules_for(video.path), book.rules_for(inner.path)
    assert (at_video.longest_days, at_video.most_at_once, at_video.no_downloads) == (30, 3, False)
    assert (at_inner.longest_days, at_inner.most_at_once, at_inner.no_downloads) == (10, 3, True)
    assert at_video.override == at_inner.override == Override.ADMINISTRATORS


@pytest.mark.parametrize(
    ("override", "superuser_may", "editor_may"),
    [(Override.NOBODY, False, False), (Override.ADMINISTRATORS, True, False), (Override.EVERYBODY, True, True)],
)
def test_only_those_who_may_go_against_the_rules_do_and_only_if_they_say_so(video, override, superuser_may, editor_may):
    site_rules(must_end=True, override=override)
    people = [(make_superuser(), superuser_may), (make_user("editor"), editor_may), (None, False)]
    for person, may in people:
        assert refused(video, user=person) == {"ends_at"}, "nothing was said"
        if may:
            create_invitation(video, kind="link", label="A", user=person, overrides_rules=True)
        else:
            assert refused(video, user=person, overrides_rules=True) == {"ends_at"}


def test_a_change_is_judged_by_what_it_changes(video):
    invitation = create_invitation(video, kind="link", label="A")[0]
    site_rules(longest_days=2, no_downloads=True)
    extend_invitation(invitation, label="B")
    with pytest.raises(ValidationError):
        extend_invitation(invitation, allows_download=True)
    with pytest.raises(ValidationError):
        extend_invitation(invitation, ends_at=timezone.now() + 9 * DAY)
    extend_invitation(invitation, ends_at=timezone.now() + DAY)
    assert Invitation.objects.get().label == "B"


def test_the_rules_of_all_pages_are_read_with_two_queries(section, video, django_assert_num_queries):
    section_rules(section, must_end=True)
    site_rules(no_downloads=True)
    with django_assert_num_queries(2):
        book = RuleBook()
        assert book.rules_for(video.path).must_end and book.rules_for(video.path).no_downloads


class TestBreakingRules:
    """The condition of the database is the same as the judgement of one invitation."""

    LIMITS = [
        dict(zip(("ends_at", "opens_at", "at_once", "allows_download"), values, strict=True))
        for values in itertools.product(
            (None, DAY, 3 * DAY - dt.timedelta(minutes=1), 3 * DAY, 12 * DAY),
            (None, -DAY, 2 * DAY),
            (None, 1, 4),
            (False, True),
        )
    ]
    RULES = [
        {},
        {"must_end": True},
        {"longest_days": 1},
        {"longest_days": 2, "most_at_once": 3},
        {"most_at_once": 1, "no_downloads": True},
        {"no_downloads": True},
    ]

    @pytest.fixture
    def invitations(self, section, video):
        """One of each limits, to the section and to its film."""
        now = timezone.now()
        for page in (section, video):
            for number, limits in enumerate(self.LIMITS):
                moments = {name: limits[name] and now + limits[name] for name in ("ends_at", "opens_at")}
                Invitation.objects.create(
                    **{page.guard_kind: page},
                    kind="link",
                    label=str(number),
                    token_digest=f"{page.pk}-{number}",
                    created_at=now,
                    **{**limits, **moments},
                )
        return Invitation.objects.select_related("video", "section")

    def check(self, invitations):
        book = RuleBook()
        expected = {each.pk for each in invitations if book.breaches_of(each)}
        assert set(breaking_rules(Invitation.objects.all()).values_list("pk", flat=True)) == expected
        return len(expected)

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati"])
    def test_for_all_rules_of_the_site_and_of_a_section(self, invitations, section, settings, zone):
        settings.TIME_ZONE = zone
        defaults = {"must_end": False, "longest_days": None, "most_at_once": None, "no_downloads": False}
        found = set()
        for of_site, of_section in itertools.product(self.RULES, self.RULES):
            site_rules(**{**defaults, **of_site})
            section_rules(section, **{**defaults, **of_section})
            found.add(self.check(invitations))
        assert len(found) > 5 and 0 in found

    def test_rules_of_another_section_do_not_count(self, invitations):
        section_rules(make_section("Other"), must_end=True, no_downloads=True)
        assert self.check(invitations) == 0
