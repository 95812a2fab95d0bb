"""Filters and tags for times, durations and joined texts. `core` has the functions; they have the same names."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from video_pages.core import humanize, typography

register = template.Library()
register.filter("quoted", humanize.quoted)
register.filter("format_moment", humanize.format_moment)
register.filter("moment_in_sentence", humanize.moment_in_sentence)
register.filter("format_date", humanize.format_date)
register.filter("format_day", humanize.format_day)
register.filter("is_over", humanize.is_over)
register.filter("local_day", humanize.local_day)
register.filter("local_time", humanize.local_time)
register.filter("seconds_until", humanize.seconds_until)
register.filter("clock", humanize.format_clock)
register.filter("position", humanize.format_position)
register.filter("format_duration", humanize.format_duration)
register.filter("format_minutes", humanize.format_minutes)
register.filter("format_wait", humanize.format_wait)
register.filter("format_size", humanize.format_size)
register.filter("join_sentences", typography.join_sentences)
register.filter("join_list", typography.join_list)
register.simple_tag(typography.colon)
register.filter("title_lang", typography.title_lang)
register.filter("page_title_lang", typography.page_title_lang)
register.filter("original_title_lang", typography.original_title_lang)
register.filter("lang_attribute", typography.lang_attribute)
register.simple_tag(typography.content_lang)
register.simple_tag(typography.comma)


class Sentences(template.Node):
    """The content of `{% sentences %}`."""

    def __init__(self, content: NodeList) -> None:
        self.content = content

    def render(self, context: Context) -> SafeString:
        return mark_safe(typography.close_up(self.content.render(context)).strip())  # noqa: S308  only blanks are removed


@register.tag
def sentences(parser: Parser, token: Token) -> Sentences:
    """Write the sentences up to `{% endsentences %}` one after the other: in Japanese without blanks between them.

    Write it around the text of one paragraph, never around a form: the blanks of a field would go, too.
    """
    content = parser.parse(("endsentences",))
    parser.delete_first_token()
    return Sentences(content)
