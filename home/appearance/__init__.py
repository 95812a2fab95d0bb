"""The owner's look and texts of a site.

colours             the owner's colour, adjusted until it is readable
fonts               pairs of fonts
icons               icons for browsers and home screens
drawn_once          pictures that a process draws once
site_texts          the owner's texts about a site, in the languages of its readers
site_texts_panel    their fields and panel in the settings of a site
two_editors         the changes of two editors at the same time, which the form keeps
site_settings_form  the form of a site's appearance and texts
"""
