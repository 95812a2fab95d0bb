/* One file on its way by the tus protocol: found again, sent, paused, sent again when the line was broken.

   A Transfer says by `onChange` what it does; `state` is one of looking, queued, travelling, paused, waiting, examining,
   ready, refused, removed. While it waits, `trouble` names what for: network, server, signedOut, elsewhere. */

(() => {
  const uploads = window.videoUploads;
  if (uploads.Transfer) {
    return;
  }

  const CHUNK = 32 * 1024 * 1024; // bytes in one request: what a proxy may hold back, and what a cut line costs at most
  const AT_ONCE = 3; // a browser has six connections to one server, and the page needs some itself
  const PATIENCE = [1, 2, 4, 8, 15, 30]; // seconds before the next try
  const LOOK_EVERY = 1.5; // seconds between questions about a file that is looked into
  const SPEED_OVER = 8; // seconds
  const AS_SCRIPT = { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" };
  const STARTS_ANEW = [400, 404, 409, 410, 460]; // the server knows better where to go on
  const MAX_ANEW = 8;

  const line = []; // transfers that travel or wait for their turn

  function nextInLine() {
    line.slice(0, AT_ONCE).forEach((transfer) => transfer.state === "queued" && transfer.travel());
  }

  class Transfer {
    constructor(file, { endpoint, metadata = {}, replaces = "", onChange }) {
      Object.assign(this, { file, endpoint, replaces, onChange });
      this.fingerprint = uploads.fingerprint(file);
      this.metadata = { filename: file.name, fingerprint: this.fingerprint, ...metadata };
      if (replaces) {
        this.metadata.replaces = replaces;
      }
      Object.assign(this, { state: "looking", trouble: "", reason: "", url: null, token: "", sent: 0, status: 0 });
      Object.assign(this, { resumedAt: 0, tries: 0, anew: 0, samples: [], timer: null, upload: null });
      this.online = () => this.state === "waiting" && this.again();
    }

    get isUnderWay() {
      return ["looking", "queued", "travelling", "waiting", "examining"].includes(this.state);
    }

    change(state, changes = {}) {
      Object.assign(this, changes, { state });
      if (!["queued", "travelling", "waiting"].includes(state)) {
        this.leaveLine();
      }
      this.onChange(this);
    }

    /* Ask whether a part of this file is there already, and go on with it. */
    async start() {
      window.addEventListener("online", this.online);
      this.change("looking");
      const query = { fingerprint: this.fingerprint, size: this.file.size };
      if (this.replaces) {
        query.replaces = this.replaces;
      }
      const answer = await this.ask(`${this.endpoint}?${new URLSearchParams(query)}`);
      if (this.state !== "looking") {
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
      }
      if (!line.includes(this)) {
        line.push(this);
      }
      this.change("queued", { trouble: "" });
      nextInLine();
    }

    async ask(url, options = {}) {
      try {
        const headers = { ...AS_SCRIPT, ...options.headers };
        const response = await fetch(url, { ...options, headers, redirect: "manual" });
        const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
        return { ok: response.ok, status: response.status || 403, data: isJson ? await response.json() : {} };
      } catch {
        return { ok: false, status: 0, data: {} };
      }
    }

    travel() {
      this.samples = [];
      this.change("travelling");
      this.upload ??= new tus.Upload(this.file, this.options());
      this.upload.url = this.url;
      this.upload.start();
    }

    options() {
      return {
        endpoint: this.endpoint,
        chunkSize: CHUNK,
        retryDelays: null, // tries again itself, as long as it takes
        metadata: this.metadata,
        headers: { "X-Requested-With": AS_SCRIPT["X-Requested-With"] },
        storeFingerprintForResuming: false, // the server remembers, for other browsers too
        onBeforeRequest: (request) => request.setHeader("X-CSRFToken", uploads.csrfToken()),
        onAfterResponse: (request, response) => {
          if (request.getMethod() === "HEAD" && [404, 410].includes(response.getStatus())) {
            this.url = null;
          }
        },
        onUploadUrlAvailable: () => {
          this.url = this.upload.url;
        },
        onProgress: (sent) => this.progress(sent),
        onSuccess: () => {
          this.url = this.upload.url;
          this.change("examining", { sent: this.file.size, tries: 0 });
          this.look();
        },
        onError: (error) => this.failed(error),
      };
    }

    progress(sent) {
      if (this.state !== "travelling") {
        return;
      }
      const now = Date.now() / 1000;
      this.samples.push([now, sent]);
      while (this.samples.length > 2 && now - this.samples[0][0] > SPEED_OVER) {
        this.samples.shift();
      }
      if (sent > this.sent) {
        Object.assign(this, { tries: 0, anew: 0 });
      }
      this.change("travelling", { sent, trouble: "" });
    }

    /* Bytes a second over the last moments, or 0 while nobody can tell. */
    get speed() {
      if (this.samples.length < 2) {
        return 0;
      }
      const [[from, first], [until, last]] = [this.samples[0], this.samples.at(-1)];
      return until - from > 0.5 ? Math.max(0, (last - first) / (until - from)) : 0;
    }

    failed(error) {
      if (this.state !== "travelling") {
        return;
      }
      const response = error.originalResponse;
      const status = response ? response.getStatus() : 0;
      if (STARTS_ANEW.includes(status) && this.anew < MAX_ANEW) {
        this.anew += 1;
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
        // A server in between answered, in words of its own.
      }
      this.change("refused", { reason, status });
    }

    /* Try again in a while, sooner if the network says that it is back. */
    wait(status, seconds = null) {
      const known = { 0: "network", 401: "signedOut", 403: "signedOut", 423: "elsewhere" };
      const delay = seconds ?? (status === 403 ? 4 : PATIENCE[Math.min(this.tries, PATIENCE.length - 1)]);
      this.tries += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.again(), delay * 1000);
      this.change("waiting", { trouble: known[status] ?? "server", status });
    }

    again() {
      clearTimeout(this.timer);
      if (this.state === "waiting") {
        this.start();
      }
    }

    pause() {
      clearTimeout(this.timer);
      this.upload?.abort();
      this.change("paused");
    }

    resume() {
      if (this.state === "paused") {
        this.start();
      }
    }

    /* Ask what became of the file until something has. */
    async look() {
      const answer = await this.ask(this.url);
      if (this.state !== "examining") {
        return;
      }
      const { state, token, reason } = answer.data;
      if (answer.ok && state === "arrived") {
        this.change("ready", { token });
      } else if (answer.ok && state === "refused") {
        this.change("refused", { reason });
      } else if ((answer.ok && state === "travelling") || answer.status === 404) {
        this.wait(404, 1);
      } else {
        const trouble = [401, 403].includes(answer.status) ? "signedOut" : "";
        this.change("examining", { reason: answer.data.trouble || "", trouble });
        this.timer = setTimeout(() => this.look(), LOOK_EVERY * 1000);
      }
    }

    /* Stop, and have the server forget what arrived. */
    async remove() {
      clearTimeout(this.timer);
      window.removeEventListener("online", this.online);
      this.upload?.abort();
      this.change("removed");
      if (!this.url) {
        return;
      }
      await uploads.forget(this.url);
    }

    leaveLine() {
      const place = line.indexOf(this);
      if (place >= 0) {
        line.splice(place, 1);
      }
      nextInLine();
    }
  }

  /* Delete an upload. A request that was cut off a moment ago, or the look into a large file, may still hold it. */
  uploads.forget = async (url) => {
    for (const pause of [0, 500, 2000, 5000, 10000, 20000, 30000]) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const headers = { ...AS_SCRIPT, "Tus-Resumable": "1.0.0", "X-CSRFToken": uploads.csrfToken() };
      const response = await fetch(url, { method: "DELETE", headers }).catch(() => null);
      if (response?.status !== 423) {
        return Boolean(response?.ok || response?.status === 404);
      }
    }
    return false;
  };

  uploads.Transfer = Transfer;
  uploads.AS_SCRIPT = AS_SCRIPT;
})();
