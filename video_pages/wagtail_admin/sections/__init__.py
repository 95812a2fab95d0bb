"""Screens about sections, and what an editor of one section sees of the others.

editors        choose who edits a section
collections    Wagtail's screens for collections, guarded
arranging      menu entries that lead to the list in which videos are arranged
page_privacy   Wagtail's screens that know every page, limited to the editor's own
image_privacy  Wagtail's image screens, limited likewise
"""
