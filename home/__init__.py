"""The site around the videos: the home page, the site's own words, the search, the base styles."""
