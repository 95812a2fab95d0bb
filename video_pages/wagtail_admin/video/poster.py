"""The screen “Poster” of a video: choose one of its frames, or upload an image."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from video_pages.core.log_actions import LogAction
from video_pages.core.typography import join_sentences
from video_pages.core.whole_numbers import read_whole_number
from video_pages.delivery.backends.base import StoredFile
from video_pages.delivery.backends.choice import delivery_backend
from video_pages.delivery.files import JPEG
from video_pages.delivery.responses import plain_refusal
from video_pages.library import posters
from video_pages.library.storage import protected_storage
from video_pages.sections.collections import collection_for
from video_pages.transcoding import chosen_frames
from video_pages.uploads import thumbnails
from video_pages.wagtail_admin.requests import EditorRequest
from video_pages.wagtail_admin.video.screens import VideoScreenMixin
from video_pages.wagtail_admin.xhr import wants_json

VIEW_NAME = "video_poster"


class ImageForm(forms.Form):
    """An uploaded image, encoded again from its pixels."""

    picture = forms.FileField(
        label=_("A picture of your own"),
        allow_empty_file=True,  # `redraw` refuses it with its own message
        help_text=gettext_lazy("JPEG, PNG, WebP or GIF. It is drawn anew, at most 1280 pixels wide."),
        error_messages={"required": gettext_lazy("Choose a picture.")},
        widget=forms.FileInput(attrs={"accept": thumbnails.ACCEPT}),
    )

    def clean_picture(self) -> ContentFile:
        return thumbnails.redraw(self.cleaned_data["picture"], max_size=thumbnails.POSTER_SIZE)


class PosterView(VideoScreenMixin, FormView):
    """Shows the frames; a POST contains the number of a frame, or an image."""

    view_name = VIEW_NAME
    page_title = gettext_lazy("Poster")
    header_icon = "image"
    form_class = ImageForm
    template_name = "video_pages/admin/video/poster.html"

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = request.POST.get("frame")
        if number is None:
            return super().post(request, *args, **kwargs)
        try:
            posters.choose_frame(self.video_file, read_whole_number(number) or 0, admit=self.withdraw_frame)
        except posters.NoSuchFrame:
            messages.error(request, _("This frame is not there any more. Choose another one."))
            return redirect(VIEW_NAME, self.page.pk)
        return self.done(_("The frame is the poster now."))

    def form_valid(self, form: ImageForm) -> HttpResponse:
        posters.use_image(self.video_file, form.cleaned_data["picture"].read(), admit=self.withdraw_frame)
        return self.done(_("The picture is the poster now."))

    def form_invalid(self, form: ImageForm) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"message": join_sentences(form.errors["picture"])}, status=422)
        messages.error(self.request, _("The poster was not changed. See below."))
        return super().form_invalid(form)

    @property
    def withdraw_frame(self) -> Callable[[], bool]:
        """The function that deletes an earlier choice of “This frame as poster” which no worker has drawn yet."""
        return partial(chosen_frames.withdraw, self.video_file)

    def done(self, text: str) -> HttpResponse:
        """Log the change, add the message `text` and redirect to this screen; a script gets the text as JSON."""
        self.log(LogAction.POSTER_CHANGED)
        if wants_json(self.request):
            return JsonResponse({"message": text, "isDone": True})
        messages.success(self.request, text)
        return redirect(VIEW_NAME, self.page.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        file, at = self.video_file, self.page.pk
        context["poster_url"] = reverse("video_poster_picture", args=(at, "poster")) if file.has_poster else ""
        context["frames"] = [
            {
                "number": number,
                "url": reverse("video_poster_picture", args=(at, str(number))),
                "is_poster": is_poster,
            }
            for number, is_poster in posters.different_frames(file)
        ]
        return context


class ImageView(VideoScreenMixin, View):
    """Returns the bytes of the poster or of one frame, for editors only."""

    http_method_names = ["get", "head"]
    view_name = "video_poster_picture"

    def get(self, request: EditorRequest, **kwargs: Any) -> HttpResponseBase:
        name = self._name(self.kwargs["name"])
        try:
            return delivery_backend().deliver(request, StoredFile(name, JPEG))
        except FileNotFoundError:
            return plain_refusal(_("This picture is not here."), status=404)

    def _name(self, wanted: str) -> str:
        """Return the library name of the image `wanted`: "poster" or the number of a frame; "" if there is none."""
        if wanted == "poster":
            return self.video_file.poster_name
        number = read_whole_number(wanted) or 0
        is_there = self.video_file.package and 1 <= number <= self.video_file.frame_count
        return posters.frame_name(self.video_file, number) if is_there else ""


class PublicPosterView(VideoScreenMixin, View):
    """Makes an image of the poster for the thumbnail, which everyone may see; the page's form is what chooses it."""

    http_method_names = ["post"]
    view_name = "video_poster"

    def post(self, request: EditorRequest, **kwargs: Any) -> HttpResponse:
        image_model = get_image_model()
        collection = collection_for(request.user, image_model, self.page.get_parent().specific)
        collection = collection or collection_for(request.user, image_model)
        if collection is None:
            return JsonResponse({"message": _("You may not add pictures for everyone.")}, status=422)
        try:
            if not self.video_file.has_poster:
                raise FileNotFoundError
            with protected_storage().open(self.video_file.poster_name) as poster:
                content = ContentFile(poster.read(), name="thumbnail.jpg")
        except FileNotFoundError:
            return JsonResponse({"message": _("This film has no poster yet.")}, status=422)
        # Others may see the image than the page: it does not have the title of the video.
        image = image_model(title=_("Thumbnail"), collection=collection, uploaded_by_user=request.user)
        image.file = content
        image.save()
        return JsonResponse({"image": chosen(image)})


def chosen(image: AbstractImage) -> dict[str, Any]:
    """Return the state of Wagtail's image chooser with `image` in it."""
    preview = image.get_rendition("max-165x165")
    return {
        "id": image.pk,
        "title": image.title,
        "edit_url": reverse("wagtailimages:edit", args=(image.pk,)),
        "preview": {"url": preview.url, "width": preview.width, "height": preview.height},
        "default_alt_text": image.default_alt_text,
    }


def admin_urls() -> list[URLPattern | URLResolver]:
    at = "videos/<int:page_id>/poster/"
    return [
        path(at, PosterView.as_view(), name=VIEW_NAME),
        path(f"{at}public/", PublicPosterView.as_view(), name="video_poster_public"),
        path(f"{at}<slug:name>.jpg", ImageView.as_view(), name="video_poster_picture"),
    ]
