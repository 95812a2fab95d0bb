/* The poster in the page editor: upload another picture, or show the poster to everyone. Nothing here is a field of the
   page's form; “Show it to everyone” chooses an image in the field of the thumbnail, as the editor would. */

import { postJson } from "./admin_requests.js";

const panel = document.querySelector("[data-poster-panel]");
const THUMBNAIL = "#id_thumbnail-chooser";

if (panel) {
  const find = (name) => panel.querySelector(`[data-poster-${name}]`);
  const { posterUrl, pictureUrl, publicUrl, failed } = panel.dataset;
  const say = (text) => {
    find("status").textContent = text;
  };

  document.addEventListener("poster:changed", () => {
    Object.assign(find("image"), { src: `${pictureUrl}?${Date.now()}`, hidden: false });
    panel.querySelector("[data-no-poster]").hidden = true;
    find("public").hidden = false;
  });

  find("file").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    const body = new FormData();
    body.append("picture", file);
    target.value = "";
    try {
      const { message, isDone } = await postJson(posterUrl, body);
      say(message);
      if (isDone) {
        document.dispatchEvent(new CustomEvent("poster:changed"));
      }
    } catch {
      say(failed);
    }
  });

  find("public").addEventListener("click", async ({ currentTarget }) => {
    const { confirm, done } = currentTarget.dataset;
    if (!window.confirm(confirm)) {
      return;
    }
    try {
      const { image, message } = await postJson(publicUrl);
      if (image) {
        document.querySelector(THUMBNAIL).widget.setState(image);
      }
      say(image ? done : message);
    } catch {
      say(failed);
    }
  });
}
