"""The site around the videos: home page, texts and colour of the site, search, page routing, redirects, base styles."""
