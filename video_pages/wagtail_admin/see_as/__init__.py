"""See a page as somebody else does: a stranger, the holder of an invitation, an editor of its section.

seeing   the signed value in the address: who sees which page as whom, for some minutes
serving  the hook that answers such an address
choices  the screen that offers the ways to see a page, and the entries in its menus
"""
