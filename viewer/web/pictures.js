// The pictures of a loaded spin: which have arrived, which is decoded next and at what size. If memory does
// not hold the ring at full size, the view at rest is decoded again, sharp.

import {COARSE_STEP, refinementLevel} from './spin_order.js';
/** @typedef {import('./turn.js').Turn} Turn */

/** Pixels held decoded, all views together: with a mouse, and on touch devices, which have less memory. */
const PIXEL_BUDGET = 64e6;
const PIXEL_BUDGET_COARSE = 32e6;
/** Number of pictures decoded at the same time. */
const MAX_DECODING = 3;
/** A view rests this long before its picture is decoded at full size, ms. */
const REST_MS = 140;

const coarsePointer = matchMedia('(pointer: coarse)');

/** @typedef {ImageBitmap | HTMLImageElement} Picture */

/**
 * The progress of one view: its encoded picture, then the decoded one, or that decoding failed.
 * @typedef {object} View
 * @property {Blob} [blob]
 * @property {boolean} [busy]
 * @property {Picture} [picture]
 * @property {boolean} [failed]
 */

/**
 * @typedef {object} PictureEvents
 * @property {() => void} decoded  a picture has been decoded, or has failed
 * @property {() => void} sharpened  the view at rest is there at full size
 * @property {(error: unknown) => void} failed  a picture does not decode
 */

export class Pictures {
  /**
   * @param {{width: number, height: number}} size  of a picture, px
   * @param {Turn} turn  ranks the views by their distance
   * @param {PictureEvents} events
   */
  constructor(size, turn, events) {
    const budget = coarsePointer.matches ? PIXEL_BUDGET_COARSE : PIXEL_BUDGET;
    this.size = size;
    this.turn = turn;
    this.events = events;
    /** @type {View[]} */
    this.views = turn.azimuths.map(() => ({}));
    /** Scale at which pictures are held decoded, at most 1. */
    this.heldScale = Math.min(1, Math.sqrt(budget / this.views.length / (size.width * size.height)));
    /** Index of the view on the canvas; -1 before the first. */
    this.shown = -1;
    /** Whether every view of the coarse ring has been decoded or has failed. */
    this.isCoarseDone = false;
    this.decoding = 0;
    /** @type {{view: View, picture: Picture} | null} */
    this.sharp = null;
    /** @type {View | null | undefined}  last view asked to be sharp; null if it may be asked again */
    this.settling = undefined;
    /** Timer of the wait before it is decoded. */
    this.resting = 0;
    this.isRetired = false;
  }

  /** Ends all work, because another spin replaces this one. */
  retire() {
    this.isRetired = true;
    clearTimeout(this.resting);
  }

  /** Number of views that have been decoded or have failed. */
  get doneCount() {
    return this.views.filter(isDone).length;
  }

  get hasAny() {
    return this.views.some((view) => view.picture);
  }

  /**
   * @param {number} index
   * @returns {boolean}
   */
  has(index) {
    return Boolean(this.views[index].picture);
  }

  /**
   * @param {number} index  of a view that has a picture
   * @returns {Picture} its sharpest one
   */
  best(index) {
    const view = this.views[index];
    return this.sharp?.view === view ? this.sharp.picture : /** @type {Picture} */ (view.picture);
  }

  /**
   * Takes the encoded picture of a view; a second one, or an index outside the ring, is ignored.
   * @param {number} index
   * @param {Blob} blob
   */
  add(index, blob) {
    const view = this.views[index];
    if (!view || view.blob) return;
    view.blob = blob;
    this.decodeNext();
  }

  /** Starts decoding what matters most: the view at the position, the coarse ring, then what is near. */
  decodeNext() {
    while (this.decoding < MAX_DECODING && !this.isRetired) {
      /** @type {View | null} */
      let best = null;
      let bestCost = Infinity;
      this.views.forEach((view, i) => {
        if (!view.blob || view.picture || view.busy || view.failed) return;
        const cost = this.cost(i);
        if (cost < bestCost) [best, bestCost] = [view, cost];
      });
      if (!best) return;
      this.decodeView(best);
    }
  }

  /**
   * @param {number} index
   * @returns {number} the view with the lowest is decoded first
   */
  cost(index) {
    const away = this.turn.away(index);
    if (away < this.turn.step / 2) return -1;
    return (this.isCoarseDone ? 0 : refinementLevel(index) * 1000) + away;
  }

  /** @param {View} view  with a blob */
  async decodeView(view) {
    view.busy = true;
    ++this.decoding;
    try {
      view.picture = await decode(/** @type {Blob} */ (view.blob), this.size, this.heldScale);
    } catch (error) {
      view.failed = true;
      if (!this.isRetired) this.events.failed(error);
    }
    if (this.isRetired) return;
    view.busy = false;
    --this.decoding;
    this.isCoarseDone ||= this.views.every((each, i) => i % COARSE_STEP || isDone(each));
    this.events.decoded();
    this.decodeNext();
  }

  /**
   * Decodes the shown view at full size once it rests, if it is held smaller than it is shown.
   * @param {number} widthPx  of the picture on the screen, device px
   */
  sharpen(widthPx) {
    const view = this.views[this.shown];
    if (view === this.settling || this.isRetired) return;
    clearTimeout(this.resting);
    this.settling = view;
    if (!view?.picture || this.heldScale >= 1 || this.sharp?.view === view) return;
    if (widthPx <= view.picture.width * 1.05) {
      this.settling = null;
      return;
    }
    this.resting = setTimeout(() => this.decodeSharp(view), REST_MS);
  }

  /** @param {View} view  with a blob */
  async decodeSharp(view) {
    const picture = await decode(/** @type {Blob} */ (view.blob), this.size, 1).catch(() => null);
    if (!picture || this.isRetired || this.views[this.shown] !== view) return;
    if (this.sharp && 'close' in this.sharp.picture) this.sharp.picture.close();
    this.sharp = {view, picture};
    this.events.sharpened();
  }
}

/**
 * @param {View} view
 * @returns {boolean}
 */
function isDone(view) {
  return Boolean(view.picture || view.failed);
}

/**
 * @param {Blob} blob  an encoded picture
 * @param {{width: number, height: number}} size  of it, px
 * @param {number} scale  to decode it at; 1 and above keep its size
 * @returns {Promise<Picture>}
 */
async function decode(blob, size, scale) {
  if ('createImageBitmap' in self) {
    if (scale >= 1) return createImageBitmap(blob);
    const resizeWidth = Math.max(1, Math.round(size.width * scale));
    const resizeHeight = Math.max(1, Math.round(size.height * scale));
    return createImageBitmap(blob, {resizeWidth, resizeHeight, resizeQuality: 'high'});
  }
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  return image;
}
