/* Unsaved lines of a text track, kept in the browser until they are saved or discarded. The key names user and track, so
   that another user of the browser is never offered them. */

export class Drafts {
  constructor(key, storage = globalThis.localStorage) {
    this.key = key;
    this.storage = storage;
  }

  /**
   * Return {text, version, isHidden, at} or null: `version` is that of the words which were changed, `isHidden` null if
   * the editor has not touched that, `at` a time in ms.
   */
  read() {
    try {
      const draft = JSON.parse(this.storage.getItem(this.key));
      return draft && typeof draft.text === "string" && Number.isInteger(draft.version) ? draft : null;
    } catch {
      return null;
    }
  }

  /** Keep a draft; return false if the browser has no room or allows none. */
  keep(text, version, isHidden, at = Date.now()) {
    try {
      this.storage.setItem(this.key, JSON.stringify({ text, version, isHidden, at }));
      return true;
    } catch {
      this.clear(); // an older draft would be taken for this one
      return false;
    }
  }

  clear() {
    try {
      this.storage.removeItem(this.key);
    } catch {
      // a browser that keeps nothing has nothing to remove
    }
  }
}
