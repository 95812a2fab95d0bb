"""The site around the videos: home page, pages about it, menus, texts and colour, search, routing, base styles."""
