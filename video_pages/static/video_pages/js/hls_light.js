/* The light build of hls.js, for videos with one audio choice. player_source.js imports it when it is needed. */

export { default } from "hls.js/dist/hls.light.min.mjs";
