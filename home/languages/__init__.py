"""The languages of a site: the visitor's choice, the addresses of pages in other languages, links between them.

visitor_language   the language of a request: cookie, browser, `LANGUAGE`, among those that the owner switched on
addresses          the languages of pages and their addresses
translation_links  links between the translations of a page
locales            Wagtail's rows for the languages of pages
"""
