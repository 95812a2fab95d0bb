"""The rows of the fixed site: a small festival and a school, with titles in several languages and of odd lengths."""

import datetime as dt
import io
import types

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from wagtail.images import get_image_model
from wagtail.models import Site

from home.models import HomePage, OrdinaryPage, SiteSettings
from home.pages.first_pages import make_first_pages
from tests import factories, hls_clips
from tests.analytics.rows import typed, view
from tests.browser import admin_screens
from tests.browser.visual.answers import NOW
from tests.home import block_pages as blocks
from tests.wagtail_admin.access import open_session
from video_pages.access import passwords
from video_pages.access.invitations import create_invitation, end_invitation
from video_pages.access.requests.asking import ask
from video_pages.access.requests.places import RequestPlace
from video_pages.access.set_window import set_window
from video_pages.analytics import rollup
from video_pages.library import posters
from video_pages.library.storage import protected_storage
from video_pages.models import AccessSettings, VideoFile, VideoPage, VideoView
from video_pages.pages import list_entries
from video_pages.pages.chapters import VideoChapter
from video_pages.pages.intervals import ProgrammeInterval

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsausbildung im Sommerhalbjahr"
JAPANESE = "海辺の朝と夜についての短いドキュメンタリー映画"
DESCRIPTION = (
    "<p>Forty kilometres of white ground, a truck, and two brothers who measure the rain that does not fall.</p>"
)
FRAMES = 12


def drawing(number, size=(960, 540)):
    """Return a JPEG of a plain landscape in the colours of `number`."""
    day = (200 - 13 * number % 120, 150 + 7 * number % 60, 110 + 31 * number % 120)
    picture = Image.new("RGB", size, day)
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.ellipse((width * 0.6, height * 0.15, width * 0.75, height * 0.42), fill=(250, 225, 170))
    ground = [(0, height * 0.7), (width * 0.4, height * 0.5 + 9 * number), (width, height * 0.75), size, (0, height)]
    draw.polygon(ground, fill=tuple(channel // 3 for channel in day))
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


def image(number):
    content = ContentFile(drawing(number), name=f"landscape-{number}.jpg")
    return get_image_model().objects.create(title=f"Landscape {number}", file=content)


def make():
    """Make the site; return its rows and people by name."""
    site = types.SimpleNamespace()
    site.user = factories.make_superuser()
    site.user.first_name, site.user.last_name = "Ada", "Lumière"
    site.user.save()
    home = factories.get_home()
    settings, _made = SiteSettings.objects.update_or_create(
        site=Site.objects.get(is_default_site=True),
        defaults={"name": "Northern Light", "contact": "office@films.example", "languages": "de ja"},
    )
    make_first_pages()
    OrdinaryPage.objects.update(live=True, in_footer=True)
    _pages(site)
    _access(site)
    _figures(site)
    AccessSettings.objects.update_or_create(site=settings.site, defaults={"finds_passwords": True})
    site.home = HomePage.objects.get(pk=home.pk)
    site.imprint = OrdinaryPage.objects.order_by("path").first()
    return site


def _pages(site):
    site.videos = factories.make_section("Films", show_in_menus=True, intro="<p>What we show this summer.</p>")
    site.film = hls_clips.make_packaged_video(
        "Salt flats, second cut", section=site.videos, description=DESCRIPTION, seconds=hls_clips.SECONDS
    )
    site.track = site.film.video_file.text_tracks.order_by("pk").first()
    _finish(site.film, 1)
    site.film.chapters = [VideoChapter(start_seconds=start, title=title) for start, title in hls_clips.CHAPTERS]
    site.film.save()
    site.trailer = _film("Trailer", site.videos, 2, password=None, description=DESCRIPTION, **_facts())
    passwords.set_open(site.trailer, True)
    site.thumbnail = image(3)
    site.long = _film(LONG, site.videos, 3, thumbnail=site.thumbnail)
    site.japanese = _film(JAPANESE, site.videos, 4)
    site.unset = _film("Nobody’s yet", site.videos, 5, password=None)
    site.later = _film("Opens in July", site.videos, 6)
    # Half an hour more, because the clock of the browser goes on: it would count "19 days, 23 hours" a second later.
    set_window(site.later, opens_at=NOW + dt.timedelta(days=20, minutes=30), closes_at=None)
    site.over = _film("Closed in May", site.videos, 7)
    set_window(site.over, opens_at=None, closes_at=NOW - dt.timedelta(days=12))
    site.waiting = _film("Still processing", site.videos, 8, password=None)
    site.refused = _film("Refused file", site.videos, 9, password=None)
    for film, state in ((site.waiting, "processing"), (site.refused, "refused")):
        passwords.set_open(film, True)
        type(film.video_file).objects.filter(pk=film.video_file.pk).update(progressive_name="")
        job = film.video_file.job
        job.state, job.progress = state, 40
        job.save()
    VideoFile.objects.filter(pk=site.refused.video_file_id).update(package="")
    site.draft = _film("Rough assembly", site.videos, 10, live=False)
    site.club = factories.make_section("Jury room", show_in_menus=True, password=factories.PASSWORD)
    for number, title in enumerate(("The ferry", "Night shift", "夜勤", LONG), 11):
        _film(title, site.club, number, password=None)
    site.programme = factories.make_section(
        "An evening of short films",
        show_in_menus=True,
        is_programme=True,
        intro="<p>Three films and one interval.</p>",
        password=factories.PASSWORD,
    )
    for number, title in enumerate(("Fifths", "Beats", "Rule 110"), 15):
        _film(title, site.programme, number, password=None)
    site.programme.intervals.add(ProgrammeInterval(after_film=2, minutes=15))
    site.programme.save()


def _film(title, section, number, **options):
    file = factories.make_video_file(title=title, duration=640.0 + 971 * number)
    page = factories.make_video(title, section=section, video_file=file, **options)
    _finish(page, number)
    return page


def _finish(page, number):
    """Give the film of `page` a still, and frames with one of them as its poster."""
    file = page.video_file
    VideoFile.objects.filter(pk=file.pk).update(
        package=hls_clips.FIRST_PACKAGE, frame_count=FRAMES if number == 1 else 0
    )
    file.refresh_from_db()
    posters.use_image(file, drawing(number))
    for frame in range(1, FRAMES + 1) if number == 1 else ():
        protected_storage().save(posters.frame_name(file, frame), ContentFile(drawing(frame, (640, 360))))
    pages = VideoPage.objects.filter(pk=page.pk)
    pages.update(first_published_at=NOW - dt.timedelta(days=number))
    list_entries.refresh(pages)


def _facts():
    return {
        "show_facts": True,
        "year": 2026,
        "director": "Ines Falk, Jun Mori",
        "country": "Norway, Japan",
        "language": "Norwegian",
        "age_rating": "12",
        "content_notes": "Flashing light",
        "premiere": "Tromsø 2026",
        "film_credits": "Camera: Aino Salo\nSound: Tom Reed",
    }


def _access(site):
    site.invitation, site.link = create_invitation(
        site.film,
        kind="link",
        label="Jury of the northern festival",
        user=site.user,
        ends_at=NOW + dt.timedelta(days=9),
    )
    site.ended, site.ended_link = create_invitation(site.film, kind="link", label="Press, first round", user=site.user)
    end_invitation(site.ended, user=site.user)
    _bound, site.mail_link = create_invitation(site.film, kind="link", label="Ann", mail_to="ann@films.example")
    create_invitation(site.club, kind="password", label="Friends", secret="a-lamp-for-friends", note="At the counter")
    for number, page in enumerate((site.film, site.club, site.long), 1):
        open_session(page, f"key-of-browser-{number}", NOW + dt.timedelta(minutes=17 * number))
    asked = [("Karla Weber", "karla@films.example", "I review films."), ("森 純", "jun@films.example", "")]
    for number, (name, mail, reason) in enumerate(asked, 1):
        site.request = ask(RequestPlace(site.film), client=f"192.0.2.{number}", name=name, email=mail, reason=reason)


def _figures(site):
    for day in range(1, 29):
        for number in range(day % 4 + 1):
            view(
                site.film if number % 2 else site.long,
                NOW - dt.timedelta(days=day, hours=number),
                viewer=f"viewer-{day % 5}",
                device=("phone", "computer", "tv")[number % 3],
                referrer="school.example" if day % 3 else "",
                played=[(0, 100 - 9 * number)],
            )
        typed(site.film, NOW - dt.timedelta(days=day), right=day % 3, wrong=day % 2)
    for film in (site.film, site.long):
        VideoPage.objects.filter(pk=film.pk).update(views=VideoView.objects.filter(video=film).count())
    rollup.roll_up(now=NOW)


def takes_requests(site):
    AccessSettings.objects.update(takes_requests=True)


def in_frames(site):
    AccessSettings.objects.update(embed_sites="https://school.example")


def one_password_of_two(site):
    """Give a film and a section one password, which the form of the home page finds."""
    for page in (site.film, site.club):
        passwords.set_password(page, factories.PASSWORD)
    home_of_blocks(site)


def in_german(site):
    """Translate a film and the section around it."""
    admin_screens.translate_one(site.film)


def home_of_blocks(site):
    """Make the home page of all blocks."""
    picture = site.thumbnail
    return blocks.home_with(
        blocks.hero(picture=picture, target=site.videos),
        blocks.featured(site.film),
        blocks.films(site.long, site.japanese, site.trailer),
        blocks.newest(3),
        blocks.sections(site.videos, site.club, picture=picture),
        blocks.password(),
        blocks.text("<h2>About</h2><p>Four evenings in a hall by the sea.</p>"),
        blocks.columns("<p>Tickets at the door.</p>", "<p>The bar opens at seven.</p>", picture=picture),
        blocks.quote("A window in a wall of ice.", "A visitor"),
        blocks.partners(picture),
    )
