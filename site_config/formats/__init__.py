"""Formats of dates and times that differ from Django's: a package for each language, where `FORMAT_MODULE_PATH` looks.

de     German
en     English
es     Spanish
fr     French
it     Italian
ja     Japanese
nl     Dutch
pl     Polish
pt_BR  Portuguese of Brazil
"""
