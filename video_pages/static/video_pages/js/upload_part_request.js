/* The request that sends one part of a file to the bucket. */

import { UploadFailure } from "./upload_requests.js";

const STALLED_SECONDS = 30; // without a byte
const ANSWER_SECONDS = 60; // from the last byte of a part to the bucket's answer

/**
 * PUT `blob` to `address`, and call `onProgress` with the number of bytes that are sent; `signal` stops it. Throws
 * UploadFailure, also if no byte is sent for half a minute. It is an XMLHttpRequest, because fetch reports no progress.
 */
export function transmit(address, blob, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer = null;
    let problem = "";
    const stop = () => request.abort();
    const expect = (seconds) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        problem = `no byte for ${seconds} seconds`;
        stop();
      }, seconds * 1000);
    };
    request.upload.addEventListener("progress", (event) => {
      expect(STALLED_SECONDS);
      onProgress(Math.min(event.loaded, blob.size));
    });
    request.upload.addEventListener("load", () => expect(ANSWER_SECONDS));
    request.addEventListener("loadend", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      if (request.status < 200 || request.status > 299) {
        reject(new UploadFailure(request.status, { isOfBucket: true, problem }));
      } else if (!request.getResponseHeader("ETag")) {
        // Something else answered, or the bucket's CORS rule does not show the header.
        reject(new UploadFailure(0, { isOfBucket: true, problem: "an answer without the ETag header" }));
      } else {
        resolve();
      }
    });
    signal.addEventListener("abort", stop);
    request.open("PUT", address);
    request.send(blob);
    expect(STALLED_SECONDS);
  });
}
