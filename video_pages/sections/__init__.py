"""Sections: their collections, their editors, and the permissions on them.

collections  collection of a section and of a new file
relocation   moves files to the collection of their video's section
editors      editors of one section: group, collection, permissions
permissions  permission to upload files, to publish in a section, to choose its editors
addresses    finds or makes a section by its path
alike        makes a section like another, with or without the films below it
creating     makes a section with its password
places       puts a page at a place among its siblings
demo         videos of the demo, and the pages that still belong to it
"""
