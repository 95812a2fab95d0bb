/* The whole window as the place where files are dropped, and the files of dropped folders. */

import { element } from "./upload_dom.js";

/* An input for another file takes what is dropped on it. */
const OTHER_FILES = "input[type=file]:not([data-check])";
/** Files of folders that are dropped at once; a folder by mistake, such as a whole disk, ends here. */
const MOST_FILES = 2000;

const hasFiles = (event) => Array.from(event.dataTransfer?.types ?? []).includes("Files");

/** Return the file entries below `entry`, a file or a folder, into `found`. */
async function walk(entry, found) {
  if (entry.isFile) {
    found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    return;
  }
  const reader = entry.createReader();
  // One call returns a part of a folder.
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length || found.length >= MOST_FILES) {
      return;
    }
    for (const each of entries) {
      await walk(each, found);
    }
  }
}

/** Return the files in `dataTransfer` and in its folders. Called in the event: later the browser has emptied it. */
async function filesOf(dataTransfer) {
  const entries = Array.from(dataTransfer.items ?? [], (item) => item.webkitGetAsEntry?.());
  const files = Array.from(dataTransfer.files);
  if (!entries.some((entry) => entry?.isDirectory)) {
    return files;
  }
  const found = [];
  for (const entry of entries.filter(Boolean)) {
    await walk(entry, found).catch(() => {}); // a file that was moved meanwhile is left out
  }
  return found.slice(0, MOST_FILES);
}

/**
 * Give files that are dropped anywhere in the window to `onFiles`, as a list. While files are dragged over it, `text`
 * covers the window.
 */
export function acceptAnywhere(text, onFiles) {
  const cover = element("div", { className: "drop-cover", hidden: true }, element("p", { textContent: text }));
  document.body.append(cover);
  const isAccepted = (event) => hasFiles(event) && !event.target.closest?.(OTHER_FILES);
  window.addEventListener("dragover", (event) => {
    const accepted = isAccepted(event);
    cover.hidden = !accepted;
    if (accepted) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    }
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      cover.hidden = true;
    }
  });
  window.addEventListener(
    "drop",
    async (event) => {
      cover.hidden = true;
      if (isAccepted(event)) {
        event.preventDefault();
        event.stopPropagation(); // the editor of the description would take an image as its own
        onFiles(await filesOf(event.dataTransfer));
      }
    },
    true,
  );
  return cover;
}
