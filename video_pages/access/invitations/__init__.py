"""Invitations: named passwords and links of a video or section, with limits and an end of their own.

by_mail   mail codes: invitations for one mail address, or for those of one domain
models    Invitation, InvitationViewer for each browser that has used one, InvitationRefusal, InvitationMail
states    the state of an invitation: not yet open, active, used up, ended, ended by hand
tokens    the tokens of links: made, checked, found in the database by their digest
secrets   the secret of a new invitation, and the refusal of equal passwords
row_ends  when access by an invitation ends
ready_kinds  kinds of invitations with usual limits: for a client, a jury, a class
forgetting  forget the viewers of ended invitations who have never played
renewal   give an invitation another link or password; delete invitations
rules        the rules for invitations: the strictest counts; what breaks them
broken_rules  find the invitations that break them, in the database
rule_models  the rules of a site and of a section
services  make, change and end invitations
typed     typed passwords: which invitation a text is
opening   open a link or a typed password: from the invitation to an access row
endings   why an invitation that a browser has opened opens nothing now, in words
labels    the labels that show over the picture
refusal_counts  how often invitations have refused, and why
playing   uses, seats and the watch window while a film plays
"""

from video_pages.access.invitations.services import create_invitation, end_invitation, extend_invitation

__all__ = ["create_invitation", "end_invitation", "extend_invitation"]
