/* The uploads of this page that wait for their turn or run, and whether a file can be read. */

const AT_ONCE = 3; // a browser has six connections to one server, and the page needs some itself

const queue = []; // transfers that upload or wait for their turn

/** Start the first transfers of the queue that have not begun. */
export function startNext() {
  queue.slice(0, AT_ONCE).forEach((transfer) => transfer.state === "queued" && transfer.upload());
}

/** Put `transfer` at the end of the queue, unless it has a place. */
export function enqueue(transfer) {
  if (!queue.includes(transfer)) {
    queue.push(transfer);
  }
}

/** Take `transfer` from the queue; the next one begins. */
export function leaveQueue(transfer) {
  const place = queue.indexOf(transfer);
  if (place >= 0) {
    queue.splice(place, 1);
  }
  startNext();
}

/** True if the browser can read `file`; false if it was moved or changed, or its disk is gone. */
export async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
