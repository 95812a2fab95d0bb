/* The list of videos takes dropped files: they open the upload screen, in the same document, because a browser gives the
   files to no other. If that fails, the upload screen is opened without them. */

import { acceptAnywhere } from "./file_drops.js";
import { timedFetch } from "./timed_fetch.js";

/** Return a promise that a copy of `script` has run; a script that the document has already is not run again. */
function run(script) {
  const address = script.getAttribute("src");
  if (!address || document.querySelector(`script[src="${CSS.escape(address)}"]`)) {
    return null;
  }
  const copy = document.createElement("script");
  Array.from(script.attributes).forEach(({ name, value }) => copy.setAttribute(name, value));
  copy.async = false;
  return new Promise((resolve, reject) => {
    copy.addEventListener("load", resolve);
    copy.addEventListener("error", reject);
    document.body.append(copy);
  });
}

async function runAll(scripts) {
  for (const script of scripts) {
    await run(script);
  }
}

function addStyles(fresh) {
  for (const link of fresh.querySelectorAll("link[rel=stylesheet]")) {
    if (!document.querySelector(`link[rel=stylesheet][href="${CSS.escape(link.getAttribute("href"))}"]`)) {
      document.head.append(document.importNode(link));
    }
  }
}

/** Replace the page in this document by the upload screen at `url`, with `files` in its input. */
async function openUploadScreen(url, files) {
  const response = await timedFetch(url, { redirect: "error" });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const input = fresh.querySelector("input[type=file][data-check]");
  const main = document.getElementById("main");
  if (!response.ok || !input || !main) {
    throw new Error(`The upload screen did not open (status ${response.status}).`);
  }
  addStyles(fresh);
  const scripts = Array.from(fresh.querySelectorAll("script"));
  const isModule = (script) => script.type === "module";
  // Wagtail's scripts hear of each field when it is put into the page; those of the upload look for the form at once.
  await runAll(scripts.filter((script) => !isModule(script)));
  window.history.pushState({}, "", url);
  window.addEventListener("popstate", () => window.location.reload());
  document.title = fresh.title;
  document.body.className = fresh.body.className;
  const parts = Array.from(fresh.getElementById("main").childNodes, (node) => document.importNode(node, true));
  main.replaceChildren(...parts);
  const chosen = new DataTransfer();
  files.forEach((file) => chosen.items.add(file));
  main.querySelector("input[type=file][data-check]").files = chosen.files;
  await runAll(scripts.filter(isModule));
  window.scrollTo(0, 0);
}

const offer = document.querySelector("template[data-drop-files]");
if (offer) {
  let isLeaving = false;
  const cover = acceptAnywhere(offer.dataset.text, async (files) => {
    if (!files.length || isLeaving) {
      return;
    }
    isLeaving = true;
    try {
      await openUploadScreen(offer.dataset.uploadUrl, files);
      cover.remove();
    } catch {
      window.location.assign(offer.dataset.uploadUrl);
    }
  });
}
