/* The tools of the caption editor that work on many lines: find and replace, move all, import and export. */

import { readFile } from "./caption_server.js";
import { writeSrt } from "./caption_vtt.js";

/** Offer `text` as a file. */
function download(text, name, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Return the milliseconds of a number of seconds as it is typed, "-1.5" or "0,25"; null if it is none. */
export function typedSeconds(text) {
  const match = /^([+-]?)(\d{1,6})(?:[.,](\d{1,3}))?$/.exec(text.trim().replace("\u2212", "-"));
  if (!match) {
    return null;
  }
  const ms = Number(match[2]) * 1000 + Number((match[3] ?? "0").padEnd(3, "0"));
  return match[1] === "-" ? -ms : ms;
}

/** Connect the tools in `root` with the editor: its lines, its current line, and what it does after a change. */
export function connectTools(root, editor) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  const { settings, say } = editor;
  const { labels } = settings;
  const on = (name, event, work) => find(name).addEventListener(event, work);
  const options = () => ({ matchCase: find("match-case").checked });

  function findNext() {
    const wanted = find("find").value;
    const cue = wanted && editor.lines.find(wanted, editor.current, options());
    say(cue ? "" : labels.found_none);
    if (cue) {
      editor.goTo(cue.id, { selects: wanted, ...options() });
    }
  }

  on("find-next", "click", findNext);
  on("find", "keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      findNext();
    }
  });

  on("replace-all", "click", () => {
    const wanted = find("find").value;
    const count = wanted ? editor.lines.replaceAll(wanted, find("replacement").value, options()) : 0;
    editor.changed(count ? labels.replaced.replace("{count}", count) : labels.found_none);
  });

  on("shift", "click", () => {
    const field = find("shift-seconds");
    const ms = typedSeconds(field.value);
    field.setAttribute("aria-invalid", String(ms === null));
    const isFromHere = root.querySelector("[data-shift-from]:checked").value === "here";
    if (ms && isFromHere && editor.current === null) {
      say(labels.choose_line);
      return;
    }
    try {
      const count = ms ? editor.lines.shift(ms, isFromHere ? editor.current : null) : 0;
      editor.changed(ms === null ? labels.bad_seconds : labels.shifted.replace("{count}", count));
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
      say(labels.shift_too_far);
    }
  });

  on("import", "change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    try {
      const answer = file && (await readFile(settings.importUrl, file));
      if (answer?.status === 422) {
        say(answer.message);
      } else if (answer) {
        const count = editor.lines.load(answer.document);
        editor.changed([labels.imported.replace("{count}", count), ...answer.warnings].join(" "));
      }
    } catch {
      say(labels.not_read);
    }
  });

  on("export-vtt", "click", () => download(String(editor.lines), `${settings.fileName}.vtt`, "text/vtt"));
  on("export-srt", "click", () =>
    download(writeSrt(editor.lines.state.items), `${settings.fileName}.srt`, "application/x-subrip"),
  );
}
