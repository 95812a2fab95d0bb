"""The upload screen, and the endpoint of resumable uploads.

screen         the form that makes a video
summary        one message after several uploads
first_section  the link to the form of a site's first section
new_section    the dialog that makes a section without leaving the screen
tus            `/admin/uploads/tus/`, the tus protocol
direct         uploads that go straight to the bucket: addresses of parts
tus_view       base class of its addresses
tus_responses  the answers of that endpoint
tus_body       read a request's body block by block
"""
