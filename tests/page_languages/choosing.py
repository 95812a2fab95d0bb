"""The language of a page, and the form by which a visitor chooses another one."""

from django.urls import reverse


def lang(response):
    return response.content.decode().partition('<html lang="')[2].partition('"')[0]


def choose(client, code, target):
    return client.post(reverse("choose_language"), {"language": code, "next": target})
