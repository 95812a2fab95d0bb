"""Formats of dates and times that differ from Django's: a package for each language, where `FORMAT_MODULE_PATH` looks.

en     English
es     Spanish
pt_BR  Portuguese of Brazil
"""
