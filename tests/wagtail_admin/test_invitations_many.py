"""Many invitations at once: names typed and uploaded, bad lines, and what is shown once."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import post_save

from tests.factories import make_section, make_video
from tests.wagtail_admin.invitations import END, errors, make, rows_of, secrets_in
from video_pages.access.invitations.tokens import find_invitation
from video_pages.models import Invitation, SectionInvitationRules
from video_pages.wagtail_admin.invitations import making, names
from video_pages.wagtail_admin.invitations.calendar_file import calendar_file


@pytest.fixture
def video(db):
    return make_video("The harbour")


def read(text):
    found = names.read_people(text)
    return [(each.line, each.name, each.email) for each in found.people], [
        (each.line, each.reason) for each in found.bad_lines
    ]


def test_a_line_is_a_name_an_address_or_both_in_each_usual_spelling():
    text = 'Ann Weber\nWeber, Ann\n"Weber, Bob", bob@example.org\nCleo <cleo@example.org>\ndan@example.org\n'
    assert read(text) == (
        [
            (1, "Ann Weber", ""),
            (2, "Weber, Ann", ""),
            (3, "Weber, Bob", "bob@example.org"),
            (4, "Cleo", "cleo@example.org"),
            (5, "dan@example.org", "dan@example.org"),
        ],
        [],
    )


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_a_spreadsheet_with_headings_is_read_in_each_dialect(delimiter):
    lines = [["Name", "E-Mail"], ["Zoë O'Neil", "zoe@example.org"], ["=SUM(A1)", "x@example.org"]]
    text = "\ufeff" + "\r\n".join(delimiter.join(line) for line in lines)
    assert read(text) == ([(2, "Zoë O'Neil", "zoe@example.org"), (3, "=SUM(A1)", "x@example.org")], [])


def test_first_and_last_names_in_columns_of_their_own_are_joined():
    assert read("Vorname;Nachname;E-Mail\nAnn;Weber;ann@example.org")[0] == [(2, "Ann Weber", "ann@example.org")]


def test_bad_lines_and_repeated_ones_are_named_by_their_numbers():
    text = (
        "Ann\n\nann \nBob, bob@\nCleo, a@example.org, b@example.org\nDan, A@example.org\nEve, a@example.org\n"
        + "x" * 101
    )
    people, bad = read(text)
    assert [line for line, *_rest in people] == [1, 6]
    assert [line for line, _reason in bad] == [3, 4, 5, 7, 8]
    assert bad[0][1] == "The same as line 1." and bad[3][1] == "The same as line 6."
    assert "100" in bad[4][1]


def test_people_of_the_same_name_with_two_addresses_are_two():
    assert len(read("Ann, a@example.org\nAnn, b@example.org")[0]) == 2


def test_odd_characters_and_unbalanced_quotes_lose_no_line():
    people, bad = read('"Ann\n\x00Bob\u2028Smith\r\nCleo\x0bDan\rEve,,,\n,,\n李雷\n🎬 Jury')
    assert [line for line, *_rest in people] + [line for line, _reason in bad] == [1, 2, 3, 4, 6, 7, 5]


def test_what_is_written_for_the_rest_is_read_again():
    people = names.read_people('Weber, Ann\n"Bob; Co", bob@example.org\nCleo\ndan@example.org').people
    again = names.read_people(names.as_lines(people)).people
    assert [(each.name, each.email) for each in again] == [(each.name, each.email) for each in people]


def test_each_name_gets_a_link_of_its_own(editor, video):
    response = make(editor, video, "jury", many=True, names="Ann, ann@example.org\nBob\nCleo", ends_at=END)
    assert len(secrets_in(response)) == 3
    rows = rows_of(response)
    assert [(row["name"], row["email"]) for row in rows] == [("Ann", "ann@example.org"), ("Bob", ""), ("Cleo", "")]
    for row in rows:
        invitation = find_invitation(row["address"].rpartition("/")[2])
        assert invitation.label == row["name"] and row["address"] in row["message"]
        assert (invitation.window_hours, invitation.most_viewers, invitation.shows_label) == (48, 2, True)
    text = response.context["many"].merge_text
    assert "{{name}}" in text and "{{address}}" in text and "48 hours" in text
    assert not any("example.org" in f"{each.label}{each.note}" for each in Invitation.objects.all())


def test_each_name_gets_a_password_of_its_own(editor, video):
    response = make(editor, video, "class", many=True, names="Ann\nBob", ends_at=END)
    rows = rows_of(response)
    assert len({row["password"] for row in rows}) == 2
    assert all(row["password"] in row["message"] for row in rows)


def test_bad_lines_make_nothing_until_they_may_be_left_out(editor, video):
    typed = "Ann\nann\nBob, bob@"
    refused = make(editor, video, "jury", many=True, names=typed, ends_at=END)
    words = refused.content.decode()
    assert "Line 2, “ann”: The same as line 1." in words and "Line 3, “Bob, bob@”" in words
    assert refused.context["form"]["names"].value() == typed
    assert not Invitation.objects.exists()
    make(editor, video, "jury", many=True, names=typed, ends_at=END, leaves_out="on")
    assert [each.label for each in Invitation.objects.all()] == ["Ann"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_in_any_common_encoding_is_read(editor, video, encoding):
    file = SimpleUploadedFile(
        "names.csv", "Name;Mail\nJörg Müller;j@example.org\nÉlodie;e@example.org".encode(encoding)
    )
    make(editor, video, "jury", many=True, file=file, ends_at=END)
    assert {each.label for each in Invitation.objects.all()} == {"Jörg Müller", "Élodie"}


def test_an_uploaded_file_with_a_bad_line_is_kept_as_text(editor, video):
    file = SimpleUploadedFile("names.csv", b"Ann\nBob, bob@")
    refused = make(editor, video, "jury", many=True, names="Zoe", file=file, ends_at=END)
    assert refused.context["form"]["names"].value() == "Zoe\nAnn\nBob, bob@"


def test_files_that_are_no_lists_are_refused(editor, video):
    no_text = SimpleUploadedFile("names.csv", bytes(range(256)) * 4)
    assert "file" in errors(make(editor, video, "jury", many=True, file=no_text, ends_at=END))
    large = SimpleUploadedFile("names.csv", b"name\n" * 300_000)
    assert "file" in errors(make(editor, video, "jury", many=True, file=large, ends_at=END))
    assert "names" in errors(make(editor, video, "jury", many=True, ends_at=END))
    many = "\n".join(f"Person {number}" for number in range(1001))
    assert "1001" in errors(make(editor, video, "jury", many=True, names=many, ends_at=END))["names"][0]["message"]
    assert not Invitation.objects.exists()


def test_a_file_without_line_ends_is_refused_in_words(editor, video):
    """The reader of cells fails at a cell of 131,072 characters."""
    for text in (b"{" + b"a" * 200_000 + b"}", b"Ann\n" + b"x" * 1001):
        file = SimpleUploadedFile("names.csv", text)
        refused = make(editor, video, "jury", many=True, names="Zoe", file=file, ends_at=END)
        assert refused.status_code == 200 and "names" in errors(refused)
        assert "This line is longer than 1000 characters." in refused.text
    make(editor, video, "jury", many=True, names=f"Ann\n{'x' * 200_000}", ends_at=END, leaves_out="on")
    assert [each.label for each in Invitation.objects.all()] == ["Ann"]


def test_a_company_with_the_name_of_a_heading_is_among_the_rest():
    people = [names.Person(7, "Firma"), names.Person(8, "Ann", "ann@example.org")]
    again = names.read_people(names.as_lines(people)).people
    assert [(person.name, person.email) for person in again] == [("Firma", ""), ("Ann", "ann@example.org")]


def test_the_reason_that_stops_in_the_middle_is_said(editor, monkeypatch):
    section = make_section()
    video = make_video(section=section)
    monkeypatch.setattr(making, "LINKS_AT_ONE_TIME", 2)

    def forbid(instance, **kwargs):
        """Another editor sets a rule meanwhile."""
        if instance.label == "Bob":
            SectionInvitationRules.objects.create(section=section, most_at_once=1)

    post_save.connect(forbid, sender=Invitation)
    try:
        made = make(editor, video, "jury", many=True, names="Ann\nBob\nCleo\nDan", ends_at=END)
    finally:
        post_save.disconnect(forbid, sender=Invitation)
    assert len(rows_of(made)) == 2 and made.context["left"] == 2
    assert "The rules here allow 1 browser at once at most." in made.text and "no time" not in made.text
    assert {each.label for each in Invitation.objects.all()} == {"Ann", "Bob"}


def test_names_for_which_there_is_no_time_are_not_lost(editor, video, monkeypatch):
    typed = "\n".join(f"Person {number}" for number in range(100))
    monkeypatch.setattr(making, "LINKS_AT_ONE_TIME", 5)
    moments = iter([0, 0, 1, 1000])
    monkeypatch.setattr(making, "time", type("Clock", (), {"monotonic": staticmethod(lambda: next(moments))}))
    first = make(editor, video, "jury", many=True, names=typed, ends_at=END)
    assert Invitation.objects.count() == len(rows_of(first)) == 2 * making.LINKS_AT_ONE_TIME
    assert first.context["left"] == 100 - 2 * making.LINKS_AT_ONE_TIME
    monkeypatch.setattr(making, "time", time)
    monkeypatch.setattr(making, "SECONDS_WITHOUT_SCRIPT", 600)
    rest = editor.post(first.context["own_url"], dict(first.context["left_fields"]))
    assert rest.context["left"] == 0
    labels = set(Invitation.objects.values_list("label", flat=True))
    assert labels == {f"Person {number}" for number in range(100)}
    assert set(Invitation.objects.values_list("window_hours", flat=True)) == {48}


def test_a_calendar_file_is_as_rfc_5545_wants_it(editor, video):
    make(editor, video, label="Acme", ends_at=END)
    invitation = Invitation.objects.get()
    text = calendar_file(invitation, "“Ä; B, C\\D”" * 20, "one\ntwo", "https://example.org/w/x", invitation.created_at)
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:" + "“Ä\\; B\\, C\\\\D”" * 20 in unfolded
    assert "DESCRIPTION:one\\ntwo\r\n" in unfolded
    assert "DTSTART:20300731T" in unfolded and "TRIGGER:-P1D" in unfolded
