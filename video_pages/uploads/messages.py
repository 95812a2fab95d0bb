"""The messages of the upload scripts, which replace the names in braces."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from video_pages.core.humanize import format_whole_percent
from video_pages.core.typography import comma

CHOOSE_A_FILE = _("Choose a video file.")

MESSAGES = {
    "chooseFile": CHOOSE_A_FILE,
    "drop": _("Drop video files here, or choose them"),
    "dropHelp": _("The upload starts at once; fill in the other fields meanwhile."),
    "dropMore": _(
        "A picture, captions (.vtt, .srt) or a text with the name of a film go with it: film.mp4, film.jpg, "
        "film.en.vtt, film.txt."
    ),
    "dropAnywhere": _("Drop the files anywhere to upload them"),
    "dropOne": _("Drop the new file here, or choose it"),
    "dropOneHelp": _("It is sent when you press the button."),
    "files": _("Video files"),
    "progress": _("Upload of {name}"),
    "lookup": _("Asking how far this file is…"),
    "queued": _("Waits until another file is uploaded."),
    "sentWithSpeed": _("{sent} of {total} ({percent}), {speed} a second."),
    "sent": _("{sent} of {total} ({percent})."),
    "timeLeft": _("About {time} left."),
    "paused": _("Paused at {sent} of {total} ({percent})."),
    "inspecting": _("Uploaded. The file is being checked…"),
    "ready": _("Uploaded and ready to save."),
    "readyAndRequested": _("Uploaded. Its video is made in a moment."),
    "saving": _("Saving…"),
    "creating": _("The video is being made…"),
    "uploading": _("Uploading…"),
    "requested": _("Is made as soon as it is uploaded."),
    "done": _("Done."),
    "resumed": _("Goes on where it was: {sent} of {total} are here already."),
    "network": _("Waiting for the network. It goes on by itself, from where it is."),
    "server": _("The server does not answer (error {status}). It is tried again, from where it is."),
    "signedOut": _(
        "You are no longer signed in, or may not upload here. Sign in in another tab: then it goes on by itself, and "
        "what you typed is still here."
    ),
    "signedOutForm": _(
        "You are no longer signed in, or may not upload here. Sign in in another tab, then press the button "
        "again: what you typed is still here."
    ),
    "elsewhere": _("Another window is sending this file at this moment. This one goes on when that one stops."),
    "proxyRefused": _(
        "A server in between refused this file (error {status}). Tell the operator: it may take too little in one "
        "request."
    ),
    "moved": _("This file was moved or changed. Choose it again."),
    "afterRefusal": _("Remove it from the list, or choose another file in its place."),
    "notSaved": _("Not saved yet: see what is wrong. What you typed is still here."),
    "leave": _("To the list of videos"),
    "checking": _("Checking what you typed…"),
    "checkingShort": _("Checking…"),
    "pause": _("Pause"),
    "resume": _("Go on"),
    "cancel": _("Cancel the upload"),
    "remove": _("Remove"),
    "pauseFile": _("Pause {name}"),
    "resumeFile": _("Go on with {name}"),
    "removeFile": _("Remove {name}"),
    "unreachable": _("The server can't be reached. What you typed is still here. Try again."),
    "serverError": _("The server refused this (error {status}). What you typed is still here. Try again."),
    "title": _("Title"),
    "ownPassword": _("Password of its own"),
    "ownPasswordHelp": _("Empty: the password below"),
    "more": _("Thumbnail, captions and description of its own"),
    "ownThumbnail": _("Thumbnail of its own"),
    "captions": _("Captions"),
    "captionsOf": _("Captions of {name}"),
    "captionLanguage": _("Language of {name}"),
    "ownDescription": _("Description of its own"),
    "ownDescriptionHelp": _("Empty: the description below"),
    "ownText": _("a description"),
    "noText": _("Not read as a description, because there is no plain text in it: {names}."),
    "removeThumbnail": _("Remove the thumbnail of {name}"),
    "removeCaptions": _("Remove the captions {name}"),
    "thumbnailForAll": _("Thumbnail for all"),
    "descriptionForAll": _("Description for all"),
    "show": _("Show"),
    "hide": _("Hide"),
    "showPasswordOf": _("Show the password of {name}"),
    "hidePasswordOf": _("Hide the password of {name}"),
    "passwordForAll": _("Password for all"),
    "createOne": _("Upload video"),
    "removed": _("{name} was removed from the list."),
    "announceProgress": _("{name}: {percent}"),
    "announceState": _("{name}: {state}"),
    "duplicate": _("{name} is in the list already."),
}
COUNTS = (2, 3, 4, 5, 11, 21, 22, 25, 101)
"""Numbers that represent the plural forms of a language; scripts choose among them by Intl.PluralRules."""


def messages() -> dict[str, str | dict[str, str]]:
    """Return {name: text} for scripts; a message with a count is {number: text} for the numbers in COUNTS and 1."""
    plain = {name: str(text) for name, text in MESSAGES.items()}
    plain |= {"percent": format_whole_percent("{number}"), "comma": comma()}
    return plain | {
        "createMany": by_count(lambda count: ngettext("Make {count} video", "Make {count} videos", count)),
        "madeMany": by_count(lambda count: ngettext("{count} video is made.", "{count} videos are made.", count)),
        "leftOut": by_count(
            lambda count: ngettext(
                "One file is left out, for the reason beside it: {names}.",
                "{count} files are left out, for the reasons beside them: {names}.",
                count,
            )
        ),
        "noVideos": by_count(
            lambda count: ngettext(
                "One file is left out, because it is no video: {names}.",
                "{count} files are left out, because they are no videos: {names}.",
                count,
            )
        ),
        "noFilms": by_count(
            lambda count: ngettext(
                "One file has the name of no film in the list: {names}. Add its film, or give it to one below.",
                "{count} files have the names of no films in the list: {names}. Add their films, or give them to some "
                "below.",
                count,
            )
        ),
        "moreNames": by_count(lambda count: ngettext("{count} more", "{count} more", count)),
        "waitMany": by_count(
            lambda count: ngettext(
                "The video will be made when its file is uploaded…",
                "{count} videos will be made when their files are uploaded…",
                count,
            )
        ),
        "creatingShort": by_count(lambda count: ngettext("Making the video…", "Making the videos…", count)),
        "creatingMany": by_count(
            lambda count: ngettext(
                "The file is uploaded. The video is being made…",
                "All files are uploaded. {count} videos are being made…",
                count,
            )
        ),
    }


def by_count(text: Callable[[int], str]) -> dict[str, str]:
    """Return {number: text(number)} with a number for each plural form of the language, for `plural` in scripts."""
    return {str(count): text(count) for count in (1, *COUNTS)}
