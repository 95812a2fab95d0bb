"""Screens of invitations: make them, for one or for many; list, change, end and delete them.

mail_field           the field for the mail address or domain that one is for
names                names and addresses of many people, read from typed lines or a file
forms                forms of an invitation and of its limits
many_form            the form for many names
making               make an invitation, or one for each of many names
marks                marks of forms that must not be answered twice
shown_once           link or password of a new invitation, shown once: address, message, QR code
many_shown           links or passwords of many, shown once: spreadsheet, text for a mail merge
codes                QR codes of many to print, and a zip with their calendar files
calendar_file        the end of an invitation as a calendar file
listing              the list of all invitations that an editor may manage, its spreadsheet, and the menu item
filters              filters of that list
detail               one invitation: its state, its limits, its viewers, its history; change it
outcome              what became of one: viewers, films, refusals
spreadsheet_columns  columns of one in spreadsheets
record               the screening record of one: a page to print, and a spreadsheet
section_screen       the base class of screens about one section
sheet                the sheet of a section: invitations and films, with percentages
mail_setting         in the settings of an account: mail about invitations
renewing             another link or password for an invitation
section_rules        the rules for the invitations of a section
bulk                 extend, end and delete chosen invitations
"""
