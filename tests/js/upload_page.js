/* The parts of a page that upload_transfer.js needs in Node: events of the window, and the document's cookie. */

const events = new EventTarget();

globalThis.window = globalThis;
window.addEventListener = events.addEventListener.bind(events);
window.removeEventListener = events.removeEventListener.bind(events);
window.dispatchEvent = events.dispatchEvent.bind(events);
globalThis.document = { cookie: "", querySelector: () => null };

export const { Transfer } = await import("../../video_pages/static/video_pages/js/upload_transfer.js");
