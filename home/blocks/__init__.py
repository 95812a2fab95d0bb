"""The blocks of which owners make the home page and ordinary pages.

content  what the blocks of one page show to one visitor: cards, links and pictures, in a fixed number of queries
films    blocks of films and sections
words    blocks of texts and pictures, and the form for a password
stream   the list of all blocks
"""
