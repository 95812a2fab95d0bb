"""The variables of the environment, and the settings that follow from them.

env                   values of the environment
casts                 the text of an environment variable as a value
variables             the table of the variables
processing_variables  its rows of processing
storage_variables     its rows of the bucket
describe              writes `.env.example` and `docs/settings.md` from the table
engines               values of the environment as Django's settings
worker_engines        the same of workers
packages              checks that the packages of an engine are installed
"""
