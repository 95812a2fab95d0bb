"""Translations of pages into the further languages of the site.

entries  the entries in the menus of a page, and the way from Wagtail's editor to the texts
screen   the languages of one page; make a translation
rest     films and sections that a translated section has not in its language yet, in batches
texts    title, texts and slug of a translated video or section
"""
