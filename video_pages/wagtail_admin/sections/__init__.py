"""Screens about sections, and the limits on what an editor of one section sees of the others.

editors         choose the editors of a section
collections     Wagtail's screens for collections, with a check of privileges
alike           makes a section like another: the screen and its menu entries
alike_form      the form of that screen
arranging       menu entries that lead to the list in which videos are arranged
places          the list in which videos are arranged, and the form for a distant place
page_privacy    Wagtail's screens about any page, limited to pages that the editor sees
page_destinations  actions of the admin API that move or copy, limited to destinations that the editor sees
page_conversion  Wagtail's screens that copy a page or convert an alias: what was private stays so
page_revisions  Wagtail's screens about earlier revisions, limited to what the editor may use now
redirects       Wagtail's screens of redirects, limited to pages that the editor sees
image_privacy   Wagtail's screens about any image, limited to images that the editor sees
"""
