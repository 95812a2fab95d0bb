"""Pictures of every public page and of every admin screen of ours, compared with references by perceptual difference.

answers   the site answers a browser in this process, at a fixed moment
demo      the rows of the fixed site
trouble   the pages of errors, and addresses that answer with them
public    the public pages, by name
admin     the admin screens, by name
pictures  draw a page at each width and theme; keep, read and compare pictures
"""
