// The .rview file (docs/format.md): a ZIP of stored entries with manifest.json first, then the views, coarse ring first.

import {ByteSource} from './byte_source.js';
import {SpinError} from './failures.js';
import {describe} from './manifest.js';
import {refinementLevel} from './spin_order.js';
/** @typedef {import('./manifest.js').Entry} Entry */
/** @typedef {import('./sources.js').Sink} Sink */

/** Where the first entry's data begins. */
const MANIFEST_AT = 64;
/** The first request asks for this much, which is the manifest of a small file. */
const FIRST_BYTES = 64 * 1024;
/** The one for the first view alone, whose size is not known yet. */
const POSTER_BYTES = 80 * 1024;
const MAX_MANIFEST = 64 << 20;

export class RviewFile {
  /** @param {URL | Blob} file */
  constructor(file) {
    this.source = new ByteSource(file);
    /** @type {Uint8Array}  the first bytes of the file */
    this.head = new Uint8Array(0);
    /** Bytes of manifest.json. */
    this.manifestSize = 0;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    /** @type {Map<string, Blob>} */
    this.prepared = new Map();
  }

  close() {
    this.source.close();
  }

  /**
   * Reads the manifest. If it is longer than the first request, the first view is fetched before its rest.
   * @param {(poster: Blob) => void} showPoster
   * @returns {Promise<import('./sources.js').SpinDescription>}
   */
  async open(showPoster) {
    await this.source.read(0, FIRST_BYTES, (piece) => {
      this.keep(piece);
      return this.manifestSize > FIRST_BYTES;
    });
    if (!this.manifestSize) throw new SpinError('not-a-spin', 'the file is too short');
    const end = MANIFEST_AT + this.manifestSize;
    if (this.head.length < end) {
      if (this.source.hasParts) showPoster(await this.firstView(end));
      await this.source.read(this.head.length, end, (piece) => this.keep(piece));
      if (this.head.length < end) throw new SpinError('damaged', 'the file ends within its manifest');
    }
    const text = new TextDecoder().decode(this.head.subarray(MANIFEST_AT, end));
    const {spin, entries} = describe(text, end);
    this.entries = entries;
    spin.fetch = (name) => this.part(name);
    spin.prepare = (names) => this.prepare(names);
    return spin;
  }

  /** @param {Uint8Array} piece  that follows what is there */
  keep(piece) {
    this.head = joined(this.head, piece);
    if (this.manifestSize || this.head.length < MANIFEST_AT) return;
    const {name, size} = localHeader(this.head);
    if (name !== 'manifest.json' || size > MAX_MANIFEST || !size)
      throw new SpinError('not-a-spin', 'the file does not begin with manifest.json');
    this.manifestSize = size;
  }

  /**
   * @param {number} at  where the entry after the manifest begins
   * @returns {Promise<Blob>} its data, read by its own header, since the manifest has not come yet
   */
  async firstView(at) {
    let bytes = new Uint8Array(0);
    const take = (/** @type {Uint8Array} */ piece) => { bytes = joined(bytes, piece); };
    await this.source.read(at, at + POSTER_BYTES, take);
    const {data, size} = localHeader(bytes);
    const end = data + size;
    if (bytes.length < end) await this.source.read(at + bytes.length, at + end, take);
    return new Blob([bytes.subarray(data, end)]);
  }

  /**
   * Fetches the views' pictures, one request for each refinement.
   * @param {import('./sources.js').SpinDescription} spin
   * @param {(index: number, blob: Blob) => void} take
   * @param {() => Promise<void>} finer  resolved when it is time for more than the coarse ring
   */
  async fetchViews(spin, take, finer) {
    for (let level = 0; level <= 3; ++level) {
      /** @type {{entry: Entry, index: number}[]} */
      const wanted = [];
      spin.frames.forEach(({file}, index) => {
        if (refinementLevel(index) === level) wanted.push({entry: this.entry(/** @type {string} */ (file)), index});
      });
      wanted.sort((a, b) => a.entry.at - b.entry.at);
      if (level) await finer();
      if (wanted.length) await this.cut(wanted, take);
    }
  }

  /**
   * Reads entries in one go and hands each over once it is whole.
   * @param {{entry: Entry, index: number}[]} wanted  in the order of the file
   * @param {(index: number, blob: Blob) => void} take
   */
  async cut(wanted, take) {
    const last = wanted[wanted.length - 1].entry;
    const end = last.at + last.size;
    let from = wanted[0].entry.at, next = 0;
    let bytes = this.head.slice(from, end);
    const handOver = () => {
      for (; next < wanted.length; ++next) {
        const {entry, index} = wanted[next];
        if (entry.at + entry.size > from + bytes.length) break;
        take(index, new Blob([bytes.subarray(entry.at - from, entry.at - from + entry.size)], {type: entry.type}));
      }
      const begun = Math.min(bytes.length, (wanted[next]?.entry.at ?? end) - from);
      bytes = bytes.slice(begun);
      from += begun;
    };
    handOver();
    if (next === wanted.length) return;
    await this.source.read(from + bytes.length, end, (piece) => {
      bytes = joined(bytes, piece);
      handOver();
    });
    if (next < wanted.length) throw new SpinError('damaged', 'the file ends within its views');
  }

  /**
   * @param {string} name
   * @returns {Entry}
   */
  entry(name) {
    const entry = this.entries.get(name);
    if (!entry) throw new SpinError('damaged', `${name} is not in the file`);
    return entry;
  }

  /**
   * @param {string} name
   * @returns {Promise<Uint8Array | null>} an entry's bytes; null where the server gives no parts
   */
  async part(name) {
    const prepared = this.prepared.get(name);
    if (prepared) return new Uint8Array(await prepared.arrayBuffer());
    const {at, size} = this.entry(name);
    return this.source.hasParts ? this.source.bytes(at, size) : null;
  }

  /**
   * Fetches entries that lie next to each other in one go.
   * @param {string[]} names
   */
  async prepare(names) {
    const wanted = names.map((name, index) => ({entry: this.entry(name), index}));
    wanted.sort((a, b) => a.entry.at - b.entry.at);
    if (wanted.length && this.source.hasParts)
      await this.cut(wanted, (index, blob) => this.prepared.set(names[index], blob));
  }
}

/**
 * @param {Uint8Array} before
 * @param {Uint8Array} after
 * @returns {Uint8Array}
 */
function joined(before, after) {
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}

/**
 * @param {Uint8Array} bytes  that begin with a local header of a stored entry
 * @returns {{name: string, data: number, size: number}} its name, where its data begins, and their size
 */
export function localHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0x04034b50 || view.getUint16(8, true))
    throw new SpinError('not-a-spin', 'the file is no archive of stored entries');
  const nameEnd = 30 + view.getUint16(26, true);
  const name = new TextDecoder().decode(bytes.subarray(30, nameEnd));
  return {name, data: nameEnd + view.getUint16(28, true), size: view.getUint32(22, true)};
}
