/* The full build of hls.js, for videos with several audio choices. player_source.js imports it when it is needed. */

export { default } from "hls.js/dist/hls.min.mjs";
