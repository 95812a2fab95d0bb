"""What every other package may use. It imports none of them.

clock          the database's clock, on which all servers agree
connections    give database connections back before a request ends
prepared       queries whose SQL is compiled once for a process
whole_numbers  read whole numbers of requests
natural_order  sort names as people expect: 2 before 10
timecodes      times in a video as people write them, and the form field for them
humanize       times, lengths and shares in words
privileges     compare the rights of two users
"""
