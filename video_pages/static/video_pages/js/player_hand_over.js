/* From the progressive file, which the browser's own controls have started, to the playlist. */

export const hasMediaSource = () => Boolean(globalThis.ManagedMediaSource ?? globalThis.MediaSource);

/**
 * Continue, on the playlist and at the same second, the video of `source`. The file plays on until hls.js has loaded a
 * segment; if it can't, the file plays to its end.
 */
export async function handOver(source) {
  const { video } = source;
  if (!hasMediaSource()) {
    source.replaceFile(() => source.openNatively());
    return;
  }
  const Hls = await source.create({ startFragPrefetch: true });
  if (!Hls) {
    return;
  }
  const { api } = source;
  api.startLoad(video.currentTime);
  await new Promise((resolve) => {
    api.once(Hls.Events.FRAG_LOADED, resolve);
  });
  if (source.api === api) {
    source.replaceFile(() => source.attachMedia());
  }
}
