"""The films of a section, dragged into order: from the section's form, by mouse, by keyboard, by finger."""

import pytest

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def section(transactional_db):
    factories.make_superuser()
    section = factories.make_section("Lessons")
    for title in ("One", "Two", "Three"):
        factories.make_video(title, section=section)
    return section


def centre(page, title):
    """The middle of the handle of the film `title`."""
    box = page.locator("tbody tr", has_text=title).locator(".w-orderable__item__handle").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def titles(section):
    return list(section.get_children().order_by("path").values_list("title", flat=True))


def wait_until_saved(page, do):
    with page.expect_response(lambda response: "set_position" in response.url) as saved:
        do()
    assert saved.value.ok


def test_the_section_s_form_leads_to_the_list_where_a_film_is_dragged(section, editor):
    page = editor(f"/admin/pages/{section.pk}/edit/")
    page.get_by_role("link", name="Arrange the films").first.click()
    page.get_by_text("Drag each video to its place").wait_for()
    (x, y), (_x, end) = centre(page, "Three"), centre(page, "One")

    def drag():
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 11):
            page.mouse.move(x, y + (end - 15 - y) * step / 10)
            page.wait_for_timeout(20)
        page.mouse.up()

    wait_until_saved(page, drag)
    assert titles(section) == ["Three", "One", "Two"]

    page.locator("tbody tr", has_text="Two").locator(".w-orderable__item__handle").focus()
    page.keyboard.press("ArrowUp")
    wait_until_saved(page, lambda: page.keyboard.press("Enter"))
    assert titles(section) == ["Three", "Two", "One"]
    assert not page.complaints


def test_a_finger_drags_a_film_on_a_phone(section, editor):
    page = editor(f"/admin/pages/{section.pk}/?ordering=ord", device="phone")
    (x, y), (_x, end) = centre(page, "Three"), centre(page, "One")
    finger = page.context.new_cdp_session(page)

    def drag():
        def touch(kind, *points):
            at = [{"x": point[0], "y": point[1]} for point in points]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

        touch("touchStart", (x, y))
        for step in range(1, 11):
            touch("touchMove", (x, y + (end - 15 - y) * step / 10))
            page.wait_for_timeout(20)
        touch("touchEnd")

    wait_until_saved(page, drag)
    assert titles(section) == ["Three", "One", "Two"]
