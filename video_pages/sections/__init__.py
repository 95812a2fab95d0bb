"""Sections: their collections, their editors, and who may upload to them.

collections         the collection of a section
relocation          move files along with their videos
editors             give a section editors of its own: group, collection, rights
upload_permissions  who may send a video where
addresses           find or make a section by its path
demo                what the demo consists of, and which pages still belong to it
"""
