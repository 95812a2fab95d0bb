"""Django's query compiler still has the private API that prepared queries use."""

import uuid

import pytest
from django.db import connection

from tests import factories
from video_pages.core.compat import compile_queryset
from video_pages.models import VideoFile

pytestmark = pytest.mark.django_db


def test_the_compiler_returns_the_text_and_the_parameters_of_a_queryset():
    video_file = factories.make_video_file()
    queryset = VideoFile.objects.filter(title=video_file.title).order_by().values_list("pk", "title")
    compiled = compile_queryset(queryset)
    assert compiled.parameters == (video_file.title,)
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.parameters)
        assert [tuple(row) for row in cursor.fetchall()] == list(queryset)


def test_the_compiler_returns_the_converters_of_the_columns_by_their_index():
    key = uuid.uuid4()
    queryset = VideoFile.objects.filter(uuid=key).order_by().values_list("pk", "facts")
    converters, expression = compile_queryset(queryset).converters[1]
    value = '{"codec": "h264"}'
    for convert in converters:
        value = convert(value, expression, connection)
    assert value == {"codec": "h264"}


def test_the_compiler_refuses_a_condition_without_rows():
    assert compile_queryset(VideoFile.objects.filter(pk__in=()).values_list("pk")) is None
