"""An editor of one section asks for everything: every address of the admin, with every id of another section.

The addresses come from the URL resolver, so what a later version adds is asked as well. Everything in the other section
has a marker word in its name, and no answer and no message may hold it.
"""

import itertools

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

from tests import factories
from video_pages.access.models import Listed
from video_pages.models import TextTrack, VideoFile, VideoIndexPage, VideoPage
from video_pages.sections.editors import editors_group_of, set_section_editors

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

MARK = "Zanzibar"
ACTIONS = ["copy", "move", "approve", "reject"]
LEFT_OUT = {"wagtailadmin_logout", "wagtailadmin_error_test"}  # one ends the session, the other fails on purpose


@pytest.fixture
def sections():
    """{"own": …, "other": …}: two sections of the same kind, each with what there can be in one, and its editor."""
    return {"own": make_section("Our", "eve"), "other": make_section(MARK, "adam")}


def make_section(word, editor):
    section = factories.make_section(f"{word} class")
    VideoIndexPage.objects.filter(pk=section.pk).update(listed=Listed.NOWHERE)  # public pages show what is listed
    person = factories.make_user(editor)
    set_section_editors(section, people=[person])
    section = VideoIndexPage.objects.get(pk=section.pk)
    image = get_image_model().objects.create(
        title=f"{word} picture", file=get_test_image_file(), collection=section.collection, uploaded_by_user=person
    )
    file = factories.make_video_file(title=f"{word} file", user=person)
    VideoFile.objects.filter(pk=file.pk).update(collection=section.collection)
    track = TextTrack.objects.create(video_file=file, label=f"{word} words", language="en")
    video = factories.make_video(f"{word} film", section=section, video_file=file, thumbnail=image)
    for password in (factories.PASSWORD, "not the password"):
        factories.unlock(factories.browser(), video, password)
    revision = video.save_revision(user=person)
    workflow, task = Workflow.objects.create(name="Checks"), GroupApprovalTask.objects.create(name="Look")
    task.groups.add(editors_group_of(section))
    WorkflowTask.objects.create(workflow=workflow, task=task)
    state = workflow.start(video, person)
    return {
        "pages": [section.pk, video.pk],
        "image_id": image.pk,
        "media_id": file.pk,
        "track_id": track.pk,
        "revision_id": revision.pk,
        "collection_id": section.collection_id,
        "task_id": task.pk,
        "task_state_id": state.current_task_state_id,
        "workflow_state_id": state.pk,
        "workflow_pk": workflow.pk,
    }


def patterns(resolver=None, names=()):
    """Yield ("namespace:name", pattern) of every address of the admin that has a name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, (*names, pattern.namespace) if pattern.namespace else names)
        elif pattern.name and pattern.name not in LEFT_OUT:
            yield ":".join([*names, pattern.name]), pattern


def values_of(name, known, own):
    """Return the values for the argument `name` of an address: the other section's ids that it can mean, or all."""
    if "page" in name or name in ("destination_id", "object_id"):
        return known["pages"] if name not in ("destination_id", "page_to_move_id") else [*known["pages"], own[1]]
    if name in known:
        return [known[name]]
    if name in ("revision_id_a", "revision_id_b"):
        return ["live", str(known["revision_id"])]
    words = {
        **{"content_type_app_name": ["video_pages"], "app_label": ["video_pages"], "app_name": ["video_pages"]},
        **{"content_type_model_name": ["videopage"], "model_name": ["videopage"], "action": ["delete"]},
        **{"action_name": ACTIONS, "media_type": ["video"], "filter_spec": ["width-100"], "session_id": [1]},
        **{"token": ["x"], "uidb64": ["x"], "colour": ["x"], "name": ["frame-1"]},
    }
    everything = {*known["pages"], *(pk for key, pk in known.items() if key != "pages")}
    return words.get(name, sorted(everything))


def addresses(known, own):
    for name, pattern in patterns():
        arguments = list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)
        for values in itertools.product(*(values_of(argument, known, own) for argument in arguments)):
            try:
                address = reverse(name, kwargs=dict(zip(arguments, values, strict=True)))
            except NoReverseMatch:  # an argument of a kind that ids do not have
                break
            if address.startswith("/admin/"):
                yield address


def content_of(response):
    """Return the content of a response: its body, its headers, and the messages that the next page will show."""
    body = response.getvalue().decode(errors="replace")
    messages = getattr(response.wsgi_request, "_messages", None)
    return body + str(response.headers) + "".join(map(str, getattr(messages, "_queued_messages", [])))


def send(client, address, fields):
    """The answers to GET and to POST; what they do is undone. Only choosers are asked with fields in the address."""
    for method, sent in ((client.get, fields if "chosen" in address else {}), (client.post, fields)):
        with transaction.atomic():
            yield method(address, sent)
            transaction.set_rollback(True)


def test_no_address_of_the_admin_reveals_another_section(sections):
    known, own = sections["other"], sections["own"]["pages"]
    client = factories.browser(get_user_model().objects.get(username="eve"))
    section = known["pages"][0]
    named = {"id": [*known["pages"], known["image_id"]], "multiple": 1, "new_parent_page": section, "chooser": section}
    wrong = set()
    asked = list(dict.fromkeys(addresses(known, own)))
    assert len(asked) > 250
    for address in asked:
        for response in send(client, address, named):
            assert response.status_code < 500, address
            if MARK in content_of(response):
                wrong.add((response.request["REQUEST_METHOD"], address, response.status_code))
    assert not wrong


@pytest.mark.parametrize(("model", "key"), [(Page, "pages"), (VideoPage, "pages"), (get_image_model(), "image_id")])
def test_no_action_on_many_names_another_sections(sections, model, key):
    client = factories.browser(get_user_model().objects.get(username="eve"))
    names, ids = (model._meta.app_label, model._meta.model_name), sections["other"][key]
    for action in bulk_action_registry.get_bulk_actions_for_model(*names):
        address = reverse("wagtail_bulk_action", args=(*names, action.action_type))
        own = sections["own"][key]
        for pks in (ids, [*(ids if key == "pages" else [ids]), *(own if key == "pages" else [own])]):
            response = client.get(address, {"id": pks})
            assert MARK not in content_of(response), action
        assert "Our" in content_of(response), action


def test_a_superuser_sees_both_sections_at_the_same_addresses(sections):
    client, known = factories.browser(factories.make_superuser()), sections["other"]
    for address in (
        reverse("wagtailadmin_pages:move_confirm", args=(known["pages"][1], sections["own"]["pages"][0])),
        reverse("wagtailadmin_pages:workflow_preview", args=(known["pages"][1], known["task_id"])),
        reverse("wagtailadmin_pages:set_privacy", args=(sections["own"]["pages"][0],)),
        "/admin/api/main/images/",
        f"/admin/api/main/images/{known['image_id']}/",
        f"/admin/bulk/wagtailimages/image/delete/?id={known['image_id']}",
    ):
        assert MARK in content_of(client.get(address)), address
