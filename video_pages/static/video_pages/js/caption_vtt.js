/* WebVTT as a list of cues and of other blocks (NOTE, STYLE, REGION), and back. What this module does not understand it
   keeps as it is: settings and names of cues, tags in their text, blocks, the text of the header. */

import { fullTime } from "./caption_times.js";
import { plain, simplified } from "./caption_text.js";

const TIME = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?`;
const TIME_LINE = new RegExp(String.raw`^[ \t]*${TIME}[ \t]*-->[ \t]*${TIME}(?:[ \t]+(.*))?$`);
const KEPT_IN_SRT = /^<\/?[biu]>$/;

const milliseconds = ([hours, minutes, seconds, rest]) =>
  ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number((rest ?? "0").padEnd(3, "0"));

/** Return the items of one block of lines: cues and {block}s. A time line inside a block begins a further cue. */
function itemsOf(lines) {
  const times = lines.map((line) => TIME_LINE.exec(line));
  const first = times.findIndex(Boolean);
  if (first < 0) {
    return [{ block: lines.join("\n") }];
  }
  if (first > 1) {
    return [{ block: lines.slice(0, first).join("\n") }, ...itemsOf(lines.slice(first))];
  }
  const starts = times.flatMap((match, number) => (match ? [number] : []));
  return starts.map((number, place) => {
    const match = times[number];
    return {
      name: place === 0 && first === 1 ? lines[0] : "",
      start: milliseconds(match.slice(1, 5)),
      end: milliseconds(match.slice(5, 9)),
      settings: (match[9] ?? "").trim(),
      text: lines.slice(number + 1, starts[place + 1]).join("\n"),
    };
  });
}

/** Return {header, items} of a WebVTT file. Raises SyntaxError for another text. */
export function parseVtt(text) {
  const lines = text
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .split("\n");
  if (!/^WEBVTT(?:[ \t]|$)/.test(lines[0])) {
    throw new SyntaxError("not WebVTT");
  }
  const blocks = [[]];
  for (const line of lines) {
    if (line === "") {
      blocks.push([]);
    } else {
      blocks.at(-1).push(line);
    }
  }
  const [header, ...others] = blocks.filter((block) => block.length);
  return { header: header.join("\n"), items: others.flatMap(itemsOf) };
}

function writeCue({ name, start, end, settings, text }) {
  const times = `${fullTime(start)} --> ${fullTime(end)}${settings ? ` ${settings}` : ""}`;
  return [name, times, text].filter(Boolean).join("\n");
}

/** Return the WebVTT of {header, items}. */
export function writeVtt({ header, items }) {
  return `${[header, ...items.map((item) => item.block ?? writeCue(item))].join("\n\n")}\n`;
}

/** Return the SRT of the cues among `items`, in the order of their times; of the tags it has only <b>, <i> and <u>. */
export function writeSrt(items) {
  const cues = items.filter((item) => item.block === undefined && plain(item.text));
  const ordered = cues.toSorted((a, b) => a.start - b.start);
  const entries = ordered.map(({ start, end, text }, number) => {
    const words = simplified(text, (tag) => KEPT_IN_SRT.test(tag));
    return `${number + 1}\n${fullTime(start, ",")} --> ${fullTime(end, ",")}\n${words}\n`;
  });
  return entries.join("\n");
}
