/* The name under which a browser remembers the choice of a text track, for this film and others. This module does not use
   the document: tests/js/ runs it without a browser. */

const kindOf = (track) => `${track.language} ${track.kind}`;

/** Return the name of `track` in the browser's store. */
export const nameOf = (track) => `${kindOf(track)} ${track.label}`.trim();

/**
 * Return that of `tracks` with the `stored` name; else, as in another film, the first of its language and kind; or undefined.
 * Names without a label are of earlier versions.
 */
export function findTrack(tracks, stored) {
  const name = stored ?? "";
  return (
    tracks.find((track) => nameOf(track) === name) ??
    tracks.find((track) => name === kindOf(track) || name.startsWith(`${kindOf(track)} `))
  );
}
