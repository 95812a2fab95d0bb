"""Pages: VideoPage and VideoIndexPage, their context, their editor panels and the permissions on them.

models               VideoPage and VideoIndexPage, where other packages import them
video_page           VideoPage: fields, panels, serve, context
section_page         VideoIndexPage: fields, panels, serve, context
protected            base classes of both: aliases, copies, the answer to an attempt
translated           base class of both: translations, which are aliases with texts of their own
translating          makes translations, keeps them where their sources are
converting           keeps private what was an alias or is a copy
changed_meanwhile    messages of a form about values that another editor has changed
translated_texts     writes the texts of translations, unless another editor has changed them since
translation_publishing  keeps an unpublished translation off until an editor publishes it
deletion_locks       locks pages, and what visitors write about them, before each deletion of pages
followers            closes and deletes the aliases and translations of a deleted page
protocols            both as the modules see them that the models import
compressed           the page of a player, compressed with gzip
compat               private APIs of Wagtail for slugs and tree paths, and the slugs that pages may not have
list_models          ListEntry: the place of a published video in the lists
list_entries         keeps the entries equal to the pages
list_pages           pages of a long list, found by the keys at their edges
newest               the newest videos below a page
addresses            finds a video or section by its path or uuid
querysets            querysets of both, with the titles that a viewer may see
viewer_queries       the querysets of lists, compiled once for all viewers with the same conditions
list_queries         the lists of a section and of the home page, by such queries
cards                cards of lists, in a fixed number of queries
navigation           breadcrumbs, neighbours, and whether lists show a page
embed_code           the HTML that shows a film in a frame of another site
context              template context of the locked page, the player page and the section
length_message       the sentence that says how long a password gives access
downloads            what the page of a player offers to download
film_facts           year, country, director, credits and the like of a film
player_styles        the Content-Security-Policy of a page with the player
intervals            ProgrammeInterval: a pause between two films of a programme
programme            the films of a programme with numbers, intervals and total length
chapters             chapters of a page or of its source
beyond_end           chapters and captions beyond the end of a shorter new version
schedule             publishes and unpublishes the pages whose dates have come
content_actions      changes tags and dates of a video, live and in its draft
permission_policies  rights to a page, a file and a session, registered with Wagtail
invitation_news      first playbacks and ends of the invitations of one editor
invitation_mail      mails them to editors who want it, once a day
session_places       how far browsers with open access have watched, described
permissions          functions that ask these policies, and querysets of pages for one editor
visible_titles       titles of guards that an editor sees
image_permissions    images that an editor may see and use
foreign_content      files, images and links of another section, in a form or an earlier revision
rich_text            the pages to which a stored text links
rich_text_handlers   links and images in a text, shown to visitors whatever the text is
invited              the public pages of invitation links, and the form of requests
panels               panels and forms of Wagtail's page editor
"""
