"""The player in a frame of another site, for the sites on the owner's list.

views         `/embed/<uuid>/`: the page in the frame, locked or open
links         the link of an invitation in a frame
mail_code     the mail code of an invitation in a frame
form_token    what proves that a password was typed into a frame of this site
frame_cookie  the cookie that keeps the key of a frame, where browsers allow one
"""
