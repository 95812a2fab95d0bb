/* Adaptive films only: defines <hls-video>, which brings hls.js. A page whose film has no playlist loads none of it. */

import "hls-video-element";
