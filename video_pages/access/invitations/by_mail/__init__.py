"""Mail codes: an invitation for one mail address, or for those of one domain, opens after a code that came by mail.

models    MailCode: the code of one browser for one invitation
bindings  the address or domain of an invitation: read, kept as a digest, matched
tickets   the address of the page that asks: which invitation, for which browser, as a signed text
forms     the fields for the address and for the code
limits    how many codes are asked for, mailed and typed
asking    ask for a code
sending   make the codes and mail them; erase old ones
proving   from a right code to an access row
confirmations  what ends when the address or the domain changes
"""
