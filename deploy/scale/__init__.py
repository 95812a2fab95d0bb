"""`make scale`: the site on many processes of this machine, with real servers and without containers.

__main__     read the environment, make the configurations, and become the supervisor
servers      the programs nginx, PostgreSQL, Redis and openssl: where they are, or what to install
places       files and ports of the set-up
postgresql   the database cluster: its place, how to make and start it
redis        a cache and a broker that keep nothing on the disk
s3           the S3 server, for LIBRARY_STORAGE=s3
nginx        deploy/nginx/screening-room.conf with the lines of this machine, and a self-made certificate
secrets      random text in files
environment  the variables of the site's processes
stages       the programs in the order of their start, and when each stage is ready
prepare      within Django: database, static files, first superuser and demo
report       scale.json and the message for the operator
"""
