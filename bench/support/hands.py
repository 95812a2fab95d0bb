"""The actions of an editor in a browser, counted."""

from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator, Page


class Hands:
    """The clicks, keys and other actions of an editor on `page`, and their number."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.fields = self.characters = 0

    def click(self, name: str, role: Literal["button", "link"] = "button", within: Locator | None = None) -> None:
        """Click the first visible thing called `name`."""
        place = within or self.page
        self.clicks += 1
        place.get_by_role(role, name=name).locator("visible=true").first.click()

    def tick(self, label: str, within: Locator | None = None) -> None:
        self.clicks += 1
        (within or self.page).get_by_label(label).locator("visible=true").first.check()

    def type(self, label: str, text: str, within: Locator | None = None) -> None:
        self.fields += 1
        self.characters += len(text)
        (within or self.page).get_by_label(label).locator("visible=true").first.fill(text)

    def give(self, selector: str, *files: Path) -> None:
        """Choose `files` at once; the input itself may be hidden."""
        self.clicks += 1
        self.page.set_input_files(selector, [str(path) for path in files])

    def see(self, text: str) -> None:
        self.page.get_by_text(text).locator("visible=true").first.wait_for()
