/* The messages to viewers of new videos, with the passwords. Only the response to the form contains them, and the upload
   screen leads to the list of videos: the messages are stored for this tab until the list has loaded. */

const KEY = "screening-room.messages-to-send";

/** Store `messages` for the next page. */
export function storeMessages(messages) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(messages));
  } catch {
    // Without storage, the list does not show them.
  }
}

/** Return the stored messages, and delete them. */
export function takeMessages() {
  try {
    const stored = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return stored ? JSON.parse(stored) : [];
  } catch {
    return [];
  }
}
