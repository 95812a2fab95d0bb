"""Object storage: the library in a private bucket. Only this package imports boto3; it is imported if it is chosen.

client        the S3 clients of a process, made from the settings
errors        exceptions of boto3 as those of files
outage        fail at once while the server does not answer
reader        an open object: reads ranges, and goes on after a broken answer
signing       addresses from which a browser reads
transfer      send and fetch whole files, in parts
multipart     objects whose parts browsers send
files         the functions of `local_files`: copies, whole objects, folders
probing       find out whether a bucket can hold the library
explanations  an error of the server, in a sentence for operators
web           requests as a browser makes them
storage       the storage for Django: names, reading, writing, signed addresses
compat        private APIs of django-storages that we use
"""
