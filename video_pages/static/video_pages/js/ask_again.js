/* A page whose result is not there yet: it loads itself again, until it comes without this script. */

const AGAIN_MS = 15_000;

setTimeout(() => location.reload(), AGAIN_MS);
