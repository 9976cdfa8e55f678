// Parts of a file on a server (HTTP Range) or in memory (Blob), in the order of the file.

import {SpinError} from './failures.js';

/**
 * Bytes on their way, how far into the file they have been read, and what has come but has not been asked for.
 * @typedef {{reader: ReadableStreamDefaultReader<Uint8Array>, at: number, rest: Uint8Array | null}} Stream
 */

export class ByteSource {
  /** @param {URL | Blob} file */
  constructor(file) {
    this.file = file;
    this.aborter = new AbortController();
    /** Number of requests so far. */
    this.requests = 0;
    /**
     * The whole file on its way, where a server answers a part with all of it, and how far it has been read.
     * @type {Stream | null}
     */
    this.whole = null;
  }

  /** Whether any part can be had by itself; known after the first. */
  get hasParts() {
    return !this.whole;
  }

  close() {
    this.aborter.abort();
  }

  /**
   * Hands over the bytes from `from` up to `to` (the file may end before) as they arrive, until `take` returns true.
   * @param {number} from
   * @param {number} to
   * @param {(bytes: Uint8Array) => boolean | void} take
   */
  async read(from, to, take) {
    const stream = await this.open(from, to);
    while (stream.at < to) {
      const bytes = stream.rest ?? (await stream.reader.read().catch((error) => this.broken(error))).value;
      if (!bytes) return;
      const begin = Math.max(0, from - stream.at), end = Math.max(0, to - stream.at);
      stream.at += Math.min(bytes.length, end);
      stream.rest = bytes.length > end ? bytes.subarray(end) : null;
      if (begin < bytes.length && take(bytes.subarray(begin, end))) break;
    }
    if (stream !== this.whole) stream.reader.cancel().catch(() => {});
  }

  /**
   * @param {number} from
   * @param {number} to
   * @returns {Promise<Stream>} a stream that is at `from` or before
   */
  async open(from, to) {
    if (this.whole && this.whole.at <= from) return this.whole;
    if (this.file instanceof Blob) 
      return {reader: this.file.slice(from, to).stream().getReader(), at: from, rest: null};
    ++this.requests;
    const answer = await fetch(this.file, {headers: {Range: `bytes=${from}-${to - 1}`}, signal: this.aborter.signal})
      .catch((error) => this.broken(error));
    if (!answer.ok || !answer.body)
      throw new SpinError(answer.status === 404 || answer.status === 410 ? 'not-found' : 'network',
        `${this.file}: ${answer.status} ${answer.statusText}`);
    /** @type {Stream} */
    const stream = {reader: answer.body.getReader(), at: answer.status === 206 ? from : 0, rest: null};
    if (answer.status !== 206) this.whole = stream;
    return stream;
  }

  /**
   * @param {unknown} error
   * @returns {never}
   */
  broken(error) {
    throw new SpinError('network', `${this.file}: ${error}`);
  }

  /**
   * @param {number} from
   * @param {number} size
   * @returns {Promise<Uint8Array>} exactly those bytes
   */
  async bytes(from, size) {
    const bytes = new Uint8Array(size);
    let have = 0;
    await this.read(from, from + size, (piece) => {
      bytes.set(piece, have);
      have += piece.length;
    });
    if (have < size) throw new SpinError('damaged', 'the file ends early');
    return bytes;
  }
}
