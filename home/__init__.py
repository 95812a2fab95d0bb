"""The site around the videos: home page, pages about it, menus, texts and colour, search, routing, base styles.

apps                the configuration of the app
models              its models, for Django
migrations          the history of their tables
management          its commands
templatetags        filters for the texts and the colour of a site
urls                addresses outside the page tree
wagtail_hooks       registrations of Wagtail's hooks
context_processors  the context of every page
views               views outside the page tree, and the pages for errors
unavailable         database errors that are temporary
compat              private APIs of Django and Wagtail that we use
pages               the home page and the ordinary pages
blocks              the blocks of which owners make pages
listed_pages        the pages of any kind that lists may show to a visitor
menus               the menus of every page
search              the search for visitors
routing             find the page of an address in three queries
redirects           Wagtail's redirects, without those that reveal an address
languages           the language of a page: the visitor's choice among those that are on
page_languages      the languages of pages and their addresses
page_links          links between the translations of a page
locales             Wagtail's rows for the languages of pages
site_texts          the owner's texts about a site, in the languages of its readers
site_texts_panel    their fields and panel in the settings of a site
site_settings_form  the form of a site's appearance and texts
sign_in_form        the form of the sign-in page of the admin
checklist           the dashboard's checklist for a new site
colours             the owner's colour, adjusted until it is readable
fonts               pairs of fonts
icons               icons for browsers and home screens
drawings            logos as SVG
drawn_once          pictures that a process draws once
shown               the version of what pages show, and conditional requests
sharing             Open Graph tags, and the picture for them
oembed              how other software shows a film in a frame
structured_data     what search engines show of an open film
sitemap             `/robots.txt` and `/sitemap.xml`
"""
