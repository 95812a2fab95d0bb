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
languages           the visitor's language, pages in several languages and their addresses
appearance          the owner's colour, fonts, icons and texts
drawings            logos as SVG
sharing             what other software shows of a page: Open Graph, oEmbed, structured data, sitemap
shown               the version of what pages show, and conditional requests
sign_in_form        the form of the sign-in page of the admin
checklist           the dashboard's checklist for a new site
"""
