/* What hls.js reports of a Source: its events become those of the source, its errors the kinds of "playbackerror". */

// A CDN sends encrypted segments, and only their keys are checked. A longer buffer would ask for keys far in advance.
const ENCRYPTED_BUFFER_SECONDS = 60;

// What hls.js calls a request that was not answered; of one that was, it tells the status as well.
const UNANSWERED = /Load(Error|TimeOut)$/;

/** Return whether the site itself has answered, and not a bucket to which it has redirected the request. */
const isOfSite = ({ networkDetails }) =>
  !networkDetails?.responseURL || new URL(networkDetails.responseURL).origin === location.origin;

/** Return whether the playlist names the address `url` at the site, which checks each request. */
const isAtSite = (url) => new URL(url, location.href).origin === location.origin;

/** Return {url, first} of what `data` says could not be loaded, as `isReachable` takes it. */
function wantedBy({ details, frag, url, context }) {
  if (details?.startsWith("key")) {
    return { url: frag?.decryptdata?.uri };
  }
  return frag ? { url: frag.url, first: frag.byteRangeStartOffset ?? 0 } : { url: url ?? context?.url };
}

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
  api.on(Events.FRAG_LOADED, (_name, { frag }) => {
    source.failed = null;
    source.dispatch("loaded", { hasAccess: isAtSite(frag.url) });
  });
  api.on(Events.ERROR, (_name, data) => handleError(source, data));
}

/** Report the error `data` of hls.js. */
export function handleError(source, data) {
  const { api } = source;
  const status = data.response?.code;
  const isOfNetwork = data.type === "networkError";
  const hasNoAnswer = !status && UNANSWERED.test(data.details);
  const isAway = isOfNetwork && (status >= 500 || hasNoAnswer);
  if (isOfNetwork) {
    source.failed = wantedBy(data);
  }
  if (status === 403 && isOfSite(data)) {
    api.stopLoad();
    source.dispatch("playbackerror", "locked");
  } else if (status === 403 || status === 404) {
    api.stopLoad();
    source.dispatch("playbackerror", "lost"); // a newer package has replaced this one, or a signature was refused
  } else if (data.fatal) {
    // Of an error of the media, too: hls.js has reset the media source twice before, and stops loading after this event.
    const kind = isOfNetwork ? "lost" : "damaged";
    source.dispatch("playbackerror", isAway ? "away" : kind);
  } else if (isOfNetwork && !navigator.onLine) {
    source.dispatch("offline"); // hls.js retries for a while; the buffer plays on
  } else if (isAway && source.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) {
    source.dispatch("away"); // the same, and the buffer is empty
  }
}
