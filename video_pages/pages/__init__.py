"""Pages: VideoPage and VideoIndexPage, their context, their editor panels and the permissions on them.

models               VideoPage and VideoIndexPage, where other packages import them
video_page           VideoPage: fields, panels, serve, context
section_page         VideoIndexPage: fields, panels, serve, context
protected            base classes of both: aliases, copies, the answer to an attempt
compat               private APIs of Wagtail for slugs, and the slugs that pages may not have
querysets            querysets of both, with the titles that a viewer may see
cards                cards of lists, in a fixed number of queries
context              template context of the locked page, the player page and the section
chapters             chapters of a page or of its source
beyond_end           chapters and captions beyond the end of a shorter new version
content_actions      changes tags and dates of a video, live and in its draft
permission_policies  rights to a page, a file and a session, registered with Wagtail
permissions          functions that ask these policies, and querysets of pages for one editor
image_permissions    images that an editor may see and use
foreign_content      files, images and links of another section, in a form or an earlier revision
rich_text            the pages to which a stored text links
rich_text_handlers   links and images in a text, shown to visitors whatever the text is
panels               panels and forms of Wagtail's page editor
"""
