/* The videos of a bulk action that are sent in batches, and the list that the server returns once. This module does not
   use the document: tests/js/ runs it without a browser. */

export class BulkQueue {
  /** `ids` are the videos as texts. */
  constructor(ids) {
    this.left = ids;
    this.total = ids.length;
    this.done = 0; // videos that the server has changed; videos that it left out are not counted
    this.lines = [];
  }

  /** Videos that were sent and answered. */
  get processed() {
    return this.total - this.left.length;
  }

  /** Return the next `size` videos. */
  next(size) {
    return this.left.slice(0, size);
  }

  /**
   * Record the server's answer to `batch`. Videos in `again` are sent again at the end.
   * True if the server processed none of them because it is busy.
   */
  record(batch, { done, again, lines }) {
    this.done += done.length;
    this.left = [...this.left.slice(batch.length), ...again.map(String)];
    this.lines.push(...lines);
    return again.length === batch.length;
  }

  /** Fill the counts into `message`, a text with %(done)s and %(all)s. */
  describe(message) {
    return message.replace("%(done)s", this.done).replace("%(all)s", this.total);
  }

  /** Return the list as CSV with the line `header` first. The byte order mark makes spreadsheets read UTF-8. */
  csv(header) {
    return `\ufeff${[header, ...this.lines].join("\r\n")}\r\n`;
  }
}
