/* What hls.js reports of a Source: its events become those of the source, its errors the kinds of "playbackerror". */

// A CDN sends encrypted segments, and only their keys are checked. A longer buffer would ask for keys far in advance.
const ENCRYPTED_BUFFER_SECONDS = 60;

/** Return whether the site itself has answered, and not a bucket to which it has redirected the request. */
const isOfSite = ({ networkDetails }) =>
  !networkDetails?.responseURL || new URL(networkDetails.responseURL).origin === location.origin;

/** Return whether the playlist names the address `url` at the site, which checks each request. */
const isAtSite = (url) => new URL(url, location.href).origin === location.origin;

/** Have `source` follow its present Hls object; `Events` are those of hls.js. */
export function listenTo(source, Events) {
  const { api } = source;
  api.on(Events.MANIFEST_PARSED, () => source.dispatch("levels"));
  api.on(Events.LEVEL_SWITCHED, () => source.dispatch("levelswitch"));
  api.on(Events.AUDIO_TRACKS_UPDATED, () => source.dispatch("audiotracks"));
  api.on(Events.AUDIO_TRACK_SWITCHED, () => source.dispatch("audiotracks"));
  api.on(Events.LEVEL_LOADED, (_name, { details }) => {
    if (details.fragments[0]?.encrypted) {
      api.config.maxMaxBufferLength = ENCRYPTED_BUFFER_SECONDS;
    }
  });
  api.on(Events.FRAG_LOADED, (_name, { frag }) => source.dispatch("loaded", { hasAccess: isAtSite(frag.url) }));
  api.on(Events.ERROR, (_name, data) => handleError(source, data));
}

/** Report the error `data` of hls.js, or recover from it. */
export function handleError(source, data) {
  const { api } = source;
  const status = data.response?.code;
  if (status === 403 && isOfSite(data)) {
    api.stopLoad();
    source.dispatch("playbackerror", "locked");
  } else if (status === 403 || status === 404) {
    api.stopLoad();
    source.dispatch("playbackerror", "lost"); // a newer package has replaced this one, or a signature was refused
  } else if (data.fatal && data.type === "mediaError" && !source.hasRecovered) {
    source.hasRecovered = true;
    api.recoverMediaError();
  } else if (data.fatal) {
    source.dispatch("playbackerror", data.type === "networkError" ? "lost" : "damaged");
  } else if (data.type === "networkError" && !navigator.onLine) {
    source.dispatch("offline"); // hls.js retries for a while; the buffer plays on
  }
}
