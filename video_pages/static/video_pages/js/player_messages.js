/* What the player says on the video. A lasting message, such as an error, stays until its reason is over; a note shows for a
   moment, and then the lasting message again, if there is one.
   data-player-message   where screen readers hear both */

/** Bind the messages of `frame` until `signal` is aborted; return {showMessage, showNote, withdrawMessage}. */
export function bindMessages(frame, signal) {
  const place = frame.querySelector("[data-player-message]");
  let lasting = "";
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer));

  const write = (text) => {
    if (place.textContent !== text) {
      place.textContent = text; // screen readers would read the same text again
    }
  };
  const endNote = () => {
    clearTimeout(timer);
    timer = undefined;
    write(lasting);
  };
  /** Show `text` on the video, and announce it to screen readers, until the next call; "" shows nothing. */
  const showMessage = (text) => {
    lasting = text;
    if (text || !timer) {
      endNote();
    }
  };
  return {
    showMessage,
    /** Show `text` for so many `milliseconds`. */
    showNote(text, milliseconds) {
      clearTimeout(timer);
      timer = setTimeout(endNote, milliseconds);
      write(text);
    },
    /** Remove `text` if it is the lasting message. */
    withdrawMessage(text) {
      if (lasting === text) {
        showMessage("");
      }
    },
  };
}
