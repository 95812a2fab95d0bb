/* One upload straight to the bucket, in parts, each by an address that the server signs for it.

   A PartUpload has what upload_transfer.js uses of tus.Upload: `url`, start(), abort(), and its options. `onLeave` is
   called when the browser does not reach the bucket: then the same upload goes through the server. */

import { transmit } from "./upload_part_request.js";
import { leaveBucket, postJson, UploadFailure } from "./upload_requests.js";

const AT_ONCE = 4; // parts of all files: a browser has six connections to one server
const SIGNED_AT_ONCE = 8; // addresses in one question to the server
const SHARE_OF_LIFE = 0.8; // of the life of an address in which it is used
const TRIES = 3; // of a part; then the transfer waits, says why, and begins again
const FIRST_TRIES = 2; // of the first part; then the file goes through the server
const PAUSE_SECONDS = [1, 2];

/* Places for parts that are sent now, given in the order of the questions. */
const waiting = [];
let taken = 0;

async function takePlace() {
  if (taken < AT_ONCE) {
    taken += 1;
  } else {
    await new Promise((resolve) => waiting.push(resolve));
  }
  return () => {
    const next = waiting.shift();
    if (next) {
      next();
    } else {
      taken -= 1;
    }
  };
}

const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export class PartUpload {
  /** `former` is that of an earlier try to send the file, or null. It stops. */
  constructor(file, options, former = null) {
    former?.abort();
    Object.assign(this, { file, options, url: null, controller: new AbortController(), signing: Promise.resolve() });
    Object.assign(this, { sent: new Set(), loaded: new Map(), addresses: new Map(), pending: [] });
    Object.assign(this, { hasReached: former?.hasReached ?? false, hasFailed: false });
  }

  get signal() {
    return this.controller.signal;
  }

  abort() {
    this.controller.abort();
  }

  /** True as long as the browser has not sent a part of the file to the bucket, now or on another day. */
  get isFirst() {
    return !this.hasReached && !this.sent.size;
  }

  async start() {
    const { signal } = this;
    try {
      await this.sendAll();
      if (!signal.aborted) {
        this.options.onSuccess();
      }
    } catch (error) {
      if (!signal.aborted) {
        // Any other error waits and is tried again too: nobody hears of a rejection.
        await this.fail(error instanceof UploadFailure ? error : new UploadFailure(0, { problem: String(error) }));
      }
    }
  }

  async sendAll() {
    if (!this.url) {
      await this.announce();
    }
    const found = await this.ask([]);
    if (found.state) {
      return; // it has become a file already
    }
    found.sent.forEach((number) => this.sent.add(number));
    const count = Math.ceil(this.file.size / this.partBytes);
    this.pending = Array.from({ length: count }, (_, place) => place + 1).filter((number) => !this.sent.has(number));
    this.report();
    if (!this.hasReached && this.pending.length) {
      await this.sendPart(this.pending.shift());
      this.hasReached = true;
    }
    const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => this.sendPending()));
    const failed = lanes.find(({ status }) => status === "rejected");
    if (failed) {
      throw failed.reason;
    }
    await postJson(`${this.url}complete/`, null, { signal: this.signal });
  }

  async announce() {
    const metadata = Object.entries(this.options.metadata).map(([name, value]) => `${name} ${encode(value)}`);
    const headers = { "Upload-Length": this.file.size, "Upload-Metadata": metadata.join(",") };
    const { location } = await postJson(this.options.endpoint, null, { headers, signal: this.signal });
    this.url = new URL(location, document.baseURI).href;
    this.options.onUploadUrlAvailable();
  }

  /** Ask the server which parts the bucket has, and for the addresses of the parts with these `numbers`. */
  async ask(numbers) {
    const answer = await postJson(`${this.url}parts/`, { numbers }, { signal: this.signal });
    const until = performance.now() + answer.seconds * SHARE_OF_LIFE * 1000;
    for (const [number, address] of Object.entries(answer.addresses ?? {})) {
      this.addresses.set(Number(number), { address, until });
    }
    this.partBytes = answer.part_bytes;
    return answer;
  }

  /** Return an address for the part. One question at a time is sent, and gets addresses for the next parts too. */
  addressOf(number) {
    this.signing = this.signing
      .catch(() => null)
      .then(async () => {
        const isUsable = () => this.addresses.get(number)?.until > performance.now();
        if (!isUsable()) {
          await this.ask([number, ...this.pending.slice(0, SIGNED_AT_ONCE - 1)]);
        }
        return this.addresses.get(number).address;
      });
    return this.signing;
  }

  async sendPending() {
    while (this.pending.length && !this.hasFailed) {
      await this.sendPart(this.pending.shift());
    }
  }

  /** Send one part, again with a new signature if that fails. Throws UploadFailure. */
  async sendPart(number) {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.put(number);
        return;
      } catch (failure) {
        this.loaded.delete(number);
        this.addresses.delete(number);
        this.report();
        const isLast = tries + 1 >= (this.isFirst ? FIRST_TRIES : TRIES);
        if (!failure.isOfBucket || failure.status === 404 || isLast || this.signal.aborted) {
          this.hasFailed = true;
          throw failure;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_SECONDS[tries] * 1000));
    }
  }

  async put(number) {
    const release = await takePlace();
    try {
      const address = await this.addressOf(number);
      if (this.signal.aborted) {
        throw new UploadFailure(0);
      }
      const from = (number - 1) * this.partBytes;
      const blob = this.file.slice(from, from + this.partBytes);
      await transmit(address, blob, this.signal, (loaded) => {
        this.loaded.set(number, loaded);
        this.report();
      });
    } finally {
      release();
    }
    this.loaded.delete(number);
    this.sent.add(number);
    this.report();
  }

  report() {
    const { size } = this.file;
    const bytesOf = (number) => Math.min(this.partBytes, size - (number - 1) * this.partBytes);
    let bytes = 0;
    for (const number of this.sent) {
      bytes += bytesOf(number);
    }
    for (const loaded of this.loaded.values()) {
      bytes += loaded;
    }
    if (!this.signal.aborted) {
      this.options.onProgress(bytes, size);
    }
  }

  async fail(failure) {
    let last = failure;
    const isNotDirect = failure.status === 409 && failure.originalResponse.getBody().includes("not_direct");
    try {
      if (!isNotDirect && failure.isOfTheWay && this.isFirst) {
        await leaveBucket(this.url, failure.message);
      } else if (!isNotDirect) {
        throw failure;
      }
      if (!this.signal.aborted) {
        this.options.onLeave();
      }
      return;
    } catch (error) {
      last = error;
    }
    this.options.onError(last);
  }
}
