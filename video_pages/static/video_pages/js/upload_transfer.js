/* One upload, by the tus protocol or straight to the bucket: an earlier part of the file is found, the rest is sent, and
   sent again after a lost connection.

   A Transfer reports its changes by `onChange`. `state` is one of lookup, queued, uploading, paused, waiting, inspecting,
   ready, refused, removed. While it waits, `problem` is the reason: network, server, signedOut, elsewhere; of a file that is
   refused it is moved, if the browser can't read it any more. */

import { csrfToken, XHR_HEADERS } from "./admin_requests.js";
import { deleteUpload } from "./upload_deletion.js";
import { PartUpload } from "./upload_parts.js";
import { enqueue, isReadable, leaveQueue, startNext } from "./upload_queue.js";
import { getJson, leaveBucket } from "./upload_requests.js";
import { fingerprintOf } from "./upload_text.js";

const CHUNK = 32 * 1024 * 1024; // bytes in one request: what a proxy may buffer, and what a lost connection costs at most
const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];
const POLL_SECONDS = 1.5; // between questions about a file that is inspected
const SPEED_SECONDS = 8; // the speed is the average of this time
const RESTART_STATUSES = [400, 404, 409, 410, 460]; // the server has another offset than this page
const MAX_RESTARTS = 8;

export class Transfer {
  /** With `mayBeDirect`, the file goes straight to the bucket if the browser reaches it. */
  constructor(file, { endpoint, metadata = {}, replaces = "", mayBeDirect = false, onChange }) {
    Object.assign(this, { file, endpoint, replaces, onChange, mayBeDirect });
    this.fingerprint = fingerprintOf(file);
    this.metadata = { filename: file.name, fingerprint: this.fingerprint, ...metadata };
    if (replaces) {
      this.metadata.replaces = replaces;
    }
    Object.assign(this, { state: "lookup", problem: "", reason: "", url: null, token: "", sent: 0, status: 0 });
    Object.assign(this, { resumedAt: 0, tries: 0, restarts: 0, samples: [], timer: null, client: null });
    this.onOnline = () => this.state === "waiting" && this.retry();
  }

  get isActive() {
    return ["lookup", "queued", "uploading", "waiting", "inspecting"].includes(this.state);
  }

  change(state, changes = {}) {
    Object.assign(this, changes, { state });
    if (!["queued", "uploading", "waiting"].includes(state)) {
      leaveQueue(this);
    }
    this.onChange(this);
  }

  /** Ask the server for an earlier part of this file, and queue the rest. */
  async start() {
    window.addEventListener("online", this.onOnline);
    this.change("lookup");
    const query = { fingerprint: this.fingerprint, size: this.file.size };
    if (this.replaces) {
      query.replaces = this.replaces;
    }
    const answer = await getJson(`${this.endpoint}?${new URLSearchParams(query)}`);
    if (this.state !== "lookup") {
      return;
    }
    if (!answer.ok) {
      this.wait(answer.status);
      return;
    }
    const [found] = answer.data.uploads;
    if (found && !this.url) {
      this.url = found.url;
      this.sent = this.resumedAt = found.offset;
      if (found.is_direct && !this.mayBeDirect && found.state === "uploading") {
        await leaveBucket(found.url, "this page may not send there").catch(() => null);
        this.sent = this.resumedAt = 0;
      }
    }
    enqueue(this);
    this.change("queued", { problem: "" });
    startNext();
  }

  upload() {
    this.samples = [];
    this.change("uploading");
    const next = (former) => (this.mayBeDirect ? new PartUpload(this.file, this.options(), former) : former);
    this.client = next(this.client) ?? new window.tus.Upload(this.file, this.options());
    this.client.url = this.url;
    this.client.start();
  }

  options() {
    return {
      endpoint: this.endpoint,
      chunkSize: CHUNK,
      retryDelays: null, // this class retries, without a limit
      metadata: this.metadata,
      headers: XHR_HEADERS,
      storeFingerprintForResuming: false, // the server remembers, for other browsers too
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
      onAfterResponse: (request, response) => {
        if (request.getMethod() === "HEAD" && [404, 410].includes(response.getStatus())) {
          this.url = null;
        }
      },
      onUploadUrlAvailable: () => {
        this.url = this.client.url;
      },
      onProgress: (sent) => this.progress(sent),
      onSuccess: () => {
        this.url = this.client.url;
        this.change("inspecting", { sent: this.file.size, tries: 0 });
        this.poll();
      },
      onError: (error) => this.fail(error),
      onLeave: () => {
        Object.assign(this, { mayBeDirect: false, client: null });
        this.upload();
      },
    };
  }

  progress(sent) {
    if (this.state !== "uploading") {
      return;
    }
    const now = Date.now() / 1000;
    this.samples.push([now, sent]);
    while (this.samples.length > 2 && now - this.samples[0][0] > SPEED_SECONDS) {
      this.samples.shift();
    }
    if (sent > this.sent) {
      Object.assign(this, { tries: 0, restarts: 0 });
    }
    this.change("uploading", { sent, problem: "" });
  }

  /** Bytes a second in the last seconds, or 0 while there are too few samples. */
  get speed() {
    if (this.samples.length < 2) {
      return 0;
    }
    const [[from, first], [until, last]] = [this.samples[0], this.samples.at(-1)];
    return until - from > 0.5 ? Math.max(0, (last - first) / (until - from)) : 0;
  }

  async fail(error) {
    const response = error.originalResponse;
    const status = response ? response.getStatus() : 0;
    const isLost = this.state === "uploading" && !status && !(await isReadable(this.file));
    if (this.state !== "uploading") {
      return;
    }
    if (isLost) {
      this.change("refused", { problem: "moved", reason: "" });
      return;
    }
    this.url = error.isGone ? null : this.url;
    if (error.isOfBucket && status !== 404) {
      this.wait(status, null, status ? "server" : "network");
      return;
    }
    if (RESTART_STATUSES.includes(status) && this.restarts < MAX_RESTARTS) {
      this.restarts += 1;
      this.wait(status, 1);
    } else if (status >= 400 && status < 500 && ![401, 403, 408, 423, 429].includes(status)) {
      this.refuse(response.getBody(), status);
    } else {
      this.wait(status);
    }
  }

  refuse(body, status) {
    let reason = "";
    try {
      reason = JSON.parse(body).reason;
    } catch {
      // A proxy answered, in a format of its own.
    }
    this.change("refused", { reason, status });
  }

  /** Retry after a delay, or as soon as the browser is online again. */
  wait(status, seconds = null, problem = "") {
    const known = { 0: "network", 401: "signedOut", 403: "signedOut", 423: "elsewhere" };
    const delay = seconds ?? (status === 403 ? 4 : RETRY_SECONDS[Math.min(this.tries, RETRY_SECONDS.length - 1)]);
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), delay * 1000);
    this.change("waiting", { problem: problem || (known[status] ?? "server"), status });
  }

  retry() {
    clearTimeout(this.timer);
    if (this.state === "waiting") {
      this.start();
    }
  }

  pause() {
    clearTimeout(this.timer);
    this.client?.abort();
    this.change("paused");
  }

  resume() {
    if (this.state === "paused") {
      this.start();
    }
  }

  /** Ask for the result of the inspection until there is one. */
  async poll() {
    const answer = await getJson(this.url);
    if (this.state !== "inspecting") {
      return;
    }
    const { state, token, reason } = answer.data;
    if (answer.ok && state === "ready") {
      this.change("ready", { token });
    } else if (answer.ok && state === "refused") {
      this.change("refused", { reason });
    } else if ((answer.ok && state === "uploading") || answer.status === 404) {
      this.wait(404, 1);
    } else {
      const problem = [401, 403].includes(answer.status) ? "signedOut" : "";
      this.change("inspecting", { reason: answer.data.problem || "", problem });
      this.timer = setTimeout(() => this.poll(), POLL_SECONDS * 1000);
    }
  }

  /** Stop, and delete the part on the server. */
  async remove() {
    clearTimeout(this.timer);
    window.removeEventListener("online", this.onOnline);
    this.client?.abort();
    this.change("removed");
    if (this.url) {
      await deleteUpload(this.url);
    }
  }
}
