"""Actions on many videos, beside Wagtail's own bulk actions.

actions       the list of all actions
base          base class: confirmation, then work in batches that a script sends one after the other
confirmation  the question to the editor, and the videos that are left out
notes         sentences of the question about one, some or all of the videos
results       the results, as JSON and as a page
selection     the pages that an action applies to
passwords     one password for all, one for each, end all access
end_date      set or remove the end date
window        when videos open and close
listed        where videos are listed
content       tags and dates
processing    process again
publish       publish and unpublish
move          move to another section
delete        delete
sessions      end access in the list of open sessions
explorer      Wagtail's own actions in the page explorer
"""
