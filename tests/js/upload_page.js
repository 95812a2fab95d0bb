/* The little of a page that the upload scripts need to be tried without a browser; they share `window.videoUploads`. */

const events = new EventTarget();

export const page = { cookie: "", csrfInput: null };

globalThis.window = globalThis;
window.addEventListener = events.addEventListener.bind(events);
window.removeEventListener = events.removeEventListener.bind(events);
window.dispatchEvent = events.dispatchEvent.bind(events);
globalThis.document = {
  documentElement: { lang: "en" },
  get cookie() {
    return page.cookie;
  },
  querySelector: () => page.csrfInput,
};

await import("../../video_pages/static/video_pages/js/upload_words.js");
await import("../../video_pages/static/video_pages/js/upload_transfer.js");

export const uploads = window.videoUploads;
