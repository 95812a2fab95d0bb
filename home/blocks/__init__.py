"""The blocks of which owners make the home page and ordinary pages.

stream  the list of all blocks
"""
