"""Facts about pages for other software: messengers, other sites and search engines.

open_graph       Open Graph tags, and the picture for them
oembed           how other software shows a film in a frame
structured_data  what search engines show of an open film
sitemap          `/robots.txt` and `/sitemap.xml`
"""
