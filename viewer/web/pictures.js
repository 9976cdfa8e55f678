// The pictures of a loaded spin: which have arrived, which is decoded next and at what size. If the page's budget does
// not hold the ring at full size, or not all of it, the view at rest is decoded again, sharp.

import {leaveBudget} from './budget.js';
import {clamp} from './numbers.js';
import {COARSE_STEP, refinementLevel} from './spin_order.js';
/** @typedef {import('./turn.js').Turn} Turn */

/** No picture is decoded larger, px a side: some devices refuse larger textures. */
const MAX_TEXTURE = 2048;
/** Pictures are not held at less than this scale; fewer are held instead. */
const LEAST_SCALE = 0.5;
/** Number of pictures decoded at the same time. */
const MAX_DECODING = 3;
/** A view rests this long before its picture is decoded at full size, ms. */
const REST_MS = 140;

/** @typedef {ImageBitmap | HTMLImageElement} Picture */

/**
 * The progress of one view: its encoded picture, then the decoded one, or that decoding failed.
 * @typedef {object} View
 * @property {Blob} [blob]
 * @property {boolean} [busy]
 * @property {Picture} [picture]
 * @property {boolean} [failed]
 * @property {boolean} [isSmall]  it was decoded when less was allowed
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
    this.size = size;
    this.turn = turn;
    this.events = events;
    /** @type {View[]} */
    this.views = turn.azimuths.map(() => ({}));
    /** Scale that no picture is decoded above. */
    this.mostScale = Math.min(1, MAX_TEXTURE / Math.max(size.width, size.height));
    /** Scale at which pictures are held decoded, at most 1. */
    this.heldScale = this.mostScale;
    /** How many are held decoded. */
    this.heldCount = this.views.length;
    this.isSeen = true;
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

  /** Ends all work, because another spin replaces this one, or the element is gone. */
  retire() {
    this.isRetired = true;
    clearTimeout(this.resting);
    leaveBudget(this);
    this.views.forEach(dropPicture);
  }

  /** @param {number} pixels  that may be held decoded */
  allow(pixels) {
    const area = this.size.width * this.size.height;
    const scale = Math.min(this.mostScale, Math.max(LEAST_SCALE * this.mostScale,
      Math.sqrt(pixels / this.views.length / area)));
    if (scale > this.heldScale * 1.1) for (const view of this.views) view.isSmall = Boolean(view.picture);
    this.heldScale = scale;
    this.heldCount = clamp(Math.floor(pixels / (area * scale * scale)), 1, this.views.length);
    this.decodeNext();
  }

  /** Drops what is beyond the budget; returns which views are held, by their index. */
  held() {
    const ranked = this.views.map((_, i) => i).filter((i) => this.views[i].blob && !this.views[i].failed)
      .sort((a, b) => this.cost(a) - this.cost(b));
    for (const i of ranked.splice(this.heldCount)) if (i !== this.shown) dropPicture(this.views[i]);
    return ranked;
  }

  /** Number of views that are there, or have failed. */
  get doneCount() {
    const spare = Math.max(0, this.views.filter((view) => view.blob).length - this.heldCount);
    return Math.min(this.views.length, this.views.filter(isDone).length + spare);
  }

  get hasAny() {
    return this.views.some((view) => view.picture);
  }

  /** @param {number} index  of the view that is on the canvas now */
  show(index) {
    this.shown = index;
    if (this.heldCount < this.views.length) this.decodeNext();
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
    if (this.isRetired || this.decoding >= MAX_DECODING) return;
    for (const i of this.held()) {
      const view = this.views[i];
      if (view.busy || view.picture && !view.isSmall) continue;
      this.decodeView(view);
      if (this.decoding >= MAX_DECODING) return;
    }
  }

  /**
   * @param {number} index
   * @returns {number} the view with the lowest is decoded first
   */
  cost(index) {
    const away = this.turn.away(index);
    if (away < this.turn.step / 2) return -1000;
    const level = refinementLevel(index);
    // The coarse ring is held in any case, so that there is something wherever the turn goes.
    return away + (this.isCoarseDone ? Math.min(level, 1) : level) * 1000;
  }

  /** @param {View} view  with a blob */
  async decodeView(view) {
    view.busy = true;
    ++this.decoding;
    try {
      const picture = await decode(/** @type {Blob} */ (view.blob), this.size, this.heldScale);
      dropPicture(view);
      view.picture = picture;
    } catch (error) {
      view.failed = true;
      if (!this.isRetired) this.events.failed(error);
    }
    if (this.isRetired) return dropPicture(view);
    view.busy = false;
    --this.decoding;
    this.isCoarseDone ||= this.views.every((each, i) => i % COARSE_STEP || isDone(each)) ||
      this.views.filter((each) => each.picture).length >= this.heldCount;
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
    if (!view?.picture || this.heldScale >= this.mostScale || this.sharp?.view === view) return;
    if (widthPx <= view.picture.width * 1.05) {
      this.settling = null;
      return;
    }
    this.resting = setTimeout(() => this.decodeSharp(view), REST_MS);
  }

  /** @param {View} view  with a blob */
  async decodeSharp(view) {
    const picture = await decode(/** @type {Blob} */ (view.blob), this.size, this.mostScale).catch(() => null);
    if (!picture || this.isRetired || this.views[this.shown] !== view) return;
    if (this.sharp && 'close' in this.sharp.picture) this.sharp.picture.close();
    this.sharp = {view, picture};
    this.events.sharpened();
  }
}

/** @param {View} view */
function dropPicture(view) {
  if (view.picture && 'close' in view.picture) view.picture.close();
  view.picture = undefined;
  view.isSmall = false;
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
