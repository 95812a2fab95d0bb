"""The public pages of invitations: a link, why it opens nothing, and the form of a request for access.

links     the page of a link: shown to everybody who has it, opened by a press
shown     what people see of the page that a link is to
mail_code  the page that asks for a mail code
code_steps  the steps of that page, also in a frame
closed    the page of a link that opens nothing now: not yet, or not any more
requests  the form in which somebody asks for access
"""
