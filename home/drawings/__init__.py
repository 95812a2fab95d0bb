"""Logos as SVG: an uploaded file is never kept; a new drawing is made of its shapes that are on a list of allowed ones.

allowed     the elements and attributes of a drawing, and the forms of their values
styles      the rules of style sheets, as attributes of the elements that they select
scanning    the limits of an uploaded file, before anything is built of it
reading     an uploaded file as a tree, or the sentence that refuses it
cleaning    the new drawing from that tree
references  ids that elements name, and how much there is to draw through them
uploads     the drawing of an uploaded file, by a child in the sandbox
cleaning_child  the program of that child
raster      a drawing as PNG, by a child in the sandbox
raster_child  the program of that child
children    both, with little time and memory
models      LogoDrawing, the row of a drawing, and its end with the site's settings
fields      the form field and its widget
"""
