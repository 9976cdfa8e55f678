// What is drawn in place of a stored view's picture: views in between, and the captured frame itself when the picture is
// magnified. Loads depth as it is needed; as long as it is not there, the nearest view has to do.

import {motionBetween, motionFromObject, motionOf} from './cameras.js';
import {capturedRelief, viewRelief} from './relief.js';
/** @typedef {import('./cameras.js').Motion} Motion */
/** @typedef {import('./pictures.js').Picture} Picture */
/** @typedef {import('./relief.js').Relief} Relief */
/** @typedef {import('./sources.js').SpinDescription} SpinDescription */
/** @typedef {import('./warp.js').Part} Part */

/** Reliefs kept. */
const MAX_RELIEFS = 12;
/** Nearer to a view than this share of the way to the next, that view is shown. */
const LEAST_SHARE = 0.04;
/** Longest side of a captured frame as it is decoded, px. */
const MAX_CAPTURED = 2048;
/** A captured frame has to be this much finer than the view to be fetched. */
const FINER = 1.2;

/** @typedef {{parts: Part[], motion: Motion, key: string}} Drawing  views to draw from, and the camera */

export class Between {
  /**
   * @param {SpinDescription} spin
   * @param {import('./turn.js').Turn} turn
   * @param {() => void} changed  something that was asked for is there
   */
  constructor(spin, turn, changed) {
    this.spin = spin;
    this.turn = turn;
    this.changed = changed;
    /** @type {Map<string, Promise<Relief | null>>} */
    this.asked = new Map();
    /** @type {Map<string, Relief | null>} */
    this.reliefs = new Map();
    /** @type {Promise<unknown> | null}  of all depth, then all mattes */
    this.prepared = null;
    /** The captured frame that was asked for last. */
    this.capturedIndex = -1;
    /** @type {{index: number, relief: Relief, picture: Picture} | null} */
    this.captured = null;
  }

  get isPossible() {
    return Boolean(this.spin.camera && this.spin.depth_unit && this.spin.fetch && this.spin.frames[0].depth);
  }

  /**
   * @param {number} azimuth
   * @param {(index: number) => Picture | null} picture  of a view, if it is there
   * @returns {Drawing | null} null on a view, in a gap, and until all is there
   */
  at(azimuth, picture) {
    const place = this.isPossible ? this.turn.between(azimuth) : null;
    if (!place || place.share < LEAST_SHARE || place.share > 1 - LEAST_SHARE) return null;
    const {first, second, share} = place;
    const reliefs = [first, second].map((i) => this.viewRelief(i));
    const pictures = [first, second].map(picture);
    const cams = [first, second].map((i) => this.spin.frames[i].cam);
    if (!reliefs[0] || !reliefs[1] || !pictures[0] || !pictures[1] || !cams[0] || !cams[1]) return null;
    return {
      parts: [
        {relief: reliefs[0], picture: pictures[0], weight: 1 - share},
        {relief: reliefs[1], picture: pictures[1], weight: share},
      ],
      motion: motionBetween(cams[0], cams[1], share),
      key: `${first}+${share}`,
    };
  }

  /**
   * @param {number} index  of a view
   * @returns {Relief | null} null until it is there
   */
  viewRelief(index) {
    this.prepared ??= this.prepare();
    return this.relief(`view ${index}`, async () => {
      await this.prepared;
      return viewRelief(this.spin, index);
    });
  }

  async prepare() {
    const {frames, prepare} = this.spin;
    for (const kind of /** @type {const} */ (['depth', 'matte']))
      await prepare?.(frames.flatMap((frame) => frame[kind] ?? []));
  }

  /**
   * @param {string} key
   * @param {() => Promise<Relief | null>} load
   */
  relief(key, load) {
    const asked = this.asked.get(key);
    if (asked) {
      this.asked.delete(key);
      this.asked.set(key, asked);
    } else {
      const loading = load().catch(() => null).then((relief) => {
        this.reliefs.set(key, relief);
        this.changed();
        return relief;
      });
      this.asked.set(key, loading);
      const oldest = /** @type {string} */ (this.asked.keys().next().value);
      if (this.asked.size > MAX_RELIEFS && this.reliefs.delete(oldest)) this.asked.delete(oldest);
    }
    return this.reliefs.get(key) ?? null;
  }

  /**
   * The view at rest, from the captured frame that gives most of its pixels, where that is finer.
   * @param {number} index  of the view
   * @param {Picture} picture  of the view
   * @returns {Drawing | null} null until it is there
   */
  magnified(index, picture) {
    const {cam, source} = this.spin.frames[index];
    if (!this.isPossible || !cam || source === undefined || !this.isFiner(source, cam)) return null;
    if (this.capturedIndex !== source) this.loadCaptured(source);
    const own = this.viewRelief(index);
    if (!own || this.captured?.index !== source) return null;
    return {
      parts: [{...this.captured, weight: 1}, {relief: own, picture, weight: 0.01}],
      motion: motionOf(cam),
      key: `captured ${index}`,
    };
  }

  /**
   * @param {number} source
   * @param {import('./cameras.js').Pose} cam  of the view
   * @returns {boolean}
   */
  isFiner(source, {translation}) {
    const frame = this.spin.captured?.[source], camera = this.spin.camera;
    if (!frame || !camera) return false;
    const across = Math.min(1, MAX_CAPTURED / Math.max(frame.lens.width, frame.lens.height));
    const finer = frame.lens.focal_px * across / camera.focal_px * Math.hypot(...translation) /
      Math.hypot(...motionFromObject(frame.cam, frame.place).shift);
    return finer > FINER;
  }

  /** @param {number} index  of a captured frame */
  async loadCaptured(index) {
    this.capturedIndex = index;
    const frame = this.spin.captured?.[index];
    if (!frame) return;
    const [relief, bytes] = await Promise.all([capturedRelief(this.spin, frame), this.spin.fetch?.(frame.file)])
      .catch(() => [null, null]);
    if (!relief || !bytes) return;
    const {width, height} = frame.lens;
    const scale = Math.min(1, MAX_CAPTURED / Math.max(width, height));
    const picture = await createImageBitmap(new Blob([bytes]), {resizeWidth: Math.round(width * scale),
      resizeHeight: Math.round(height * scale), resizeQuality: 'high'}).catch(() => null);
    if (!picture || this.capturedIndex !== index) return;
    if (this.captured && 'close' in this.captured.picture) this.captured.picture.close();
    this.captured = {index, relief, picture};
    this.changed();
  }
}
