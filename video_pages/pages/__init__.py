"""Pages: VideoPage and VideoIndexPage, what both share, and who may do what with them.

models             VideoPage and VideoIndexPage: fields, panels, serve, context
protected          what both kinds of pages share: aliases, copies, reserved slugs, the answer to an attempt
querysets          querysets of both, and what a viewer may see of them
cards              cards of lists, in a fixed number of queries
context            template context of the locked page, the player page and the section
chapters           chapters of a page or of its source
beyond_end         what of a page lies beyond the end of a shorter new version
permissions        what an editor may do with pages and video files
image_permissions  which images an editor may see and use
panels             what Wagtail's page editor shows
"""
