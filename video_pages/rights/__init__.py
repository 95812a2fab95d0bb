"""Who may what: page rights decide about videos, collections about their files, and here the two meet.

pages            which films an editor may use, which pages they may be told of or change
images           which images one may be told of and use
uploads          who may send a video where
collections      where the files of a section are kept
moving           files follow their videos into another section
people           who may change whom: nobody changes those who may more
section_editors  a section with editors of its own: group, collection, rights
"""
