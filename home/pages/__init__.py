"""The home page and the ordinary pages of a site.

blocks_page    the class of both: its parts, and the answer to a visit
opened_list    what one password has opened, as cards
home_page      HomePage
ordinary_page  OrdinaryPage: imprint, privacy and others
rights         who may edit an ordinary page
first_pages    the drafts with which a site begins
"""
