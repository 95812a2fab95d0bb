"""The public pages of invitations: a link, why it opens nothing, and the form of a request for access.

links     the page of a link: shown to everybody who has it, opened by a press
closed    the page of a link that opens nothing now: not yet, or not any more
requests  the form in which somebody asks for access
"""
