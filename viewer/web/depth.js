// What needs a view's depth or camera: views in between, the captured frame where a picture is magnified, and remarks
// pinned to the item. A file of its own, fetched when it is first needed; a page with everything in it has it joined.

import {Between} from './between.js';
import {faces, Hotspots} from './hotspots.js';
import {motionOf} from './cameras.js';
import {warper} from './warp.js';
/** @typedef {import('./painter.js').Loaded} Loaded */
/** @typedef {import('./painter.js').Painter} Painter */
/** @typedef {import('./sources.js').Spot} Spot */

/** Faster than this share of the way between two views a frame, none in between are drawn. */
const FAST = 0.8;
/** Views in between that take longer than this, ms, and how many of them are borne before no more are drawn. */
const SLOW_MS = 45;
const MAX_SLOW = 4;
/** A longer gap is a hand that paused, ms. */
const MAX_GAP_MS = 250;
/** How many have been slow, of late; all elements of the page share the graphics card. */
let slow = 0;
/** A view magnified more than this is drawn from the captured frame. */
const MAGNIFIED = 1.1;

export class DepthPainter {
  /**
   * @param {Painter} painter
   * @param {Loaded} loaded
   * @param {import('./rotating_view.js').RotatingView} element
   */
  constructor(painter, loaded, element) {
    this.painter = painter;
    this.loaded = loaded;
    this.element = element;
    this.between = new Between(loaded.spin, loaded.turn, () => element.wake());
    this.hotspots = new Hotspots(painter.shell.spots, element, (spot, index) => this.choose(spot, index));
    this.hotspots.setUp(loaded.spin);
    /** Position of the last drawing. */
    this.position = 0;
    /** When the last view in between was drawn, while the hand moves it; ms. */
    this.drawnAt = 0;
  }

  /**
   * @param {number} index  of the nearest view
   * @param {number[]} place  left, top, width and height of the picture, canvas px
   * @param {import('./painter.js').BetweenMode} mode
   * @param {boolean} isResting
   * @returns {boolean} whether it has drawn the picture
   */
  draw(index, place, mode, isResting) {
    const {spin, turn} = this.loaded, {canvas} = this.painter;
    const drawing = mode === 'off' ? null : this.drawing(index, isResting && place[2] > MAGNIFIED * spin.width, mode);
    const gl = drawing && warper(mode === 'always');
    if (drawing && gl && spin.camera)
      canvas.draw(drawing.key, gl.draw(drawing.parts, canvas.size, place, spin.camera, drawing.motion),
        [0, 0, canvas.size.width, canvas.size.height], place);
    this.judge(Boolean(gl) && !isResting);
    const cam = spin.frames[index].cam;
    if (cam && this.hotspots.spots.length)
      this.hotspots.place(spin, drawing?.motion ?? motionOf(cam), place, canvas.ratio,
        this.between.isPossible ? this.between.viewRelief(index) : null);
    this.position = turn.position;
    return Boolean(gl);
  }

  /**
   * @param {number} index  of the nearest view
   * @param {boolean} isMagnified
   * @param {import('./painter.js').BetweenMode} mode
   */
  drawing(index, isMagnified, mode) {
    const {loaded: {turn, pictures}, between} = this;
    if (!between.isPossible || mode === 'auto' && slow > MAX_SLOW || !warper(mode === 'always')) return null;
    if (Math.abs(turn.delta(this.position, turn.position)) > FAST * turn.step) {
      // It may have come to rest.
      this.element.wake();
      return null;
    }
    return between.at(turn.position, (i) => pictures.has(i) ? pictures.best(i) : null) ??
      (isMagnified ? between.magnified(index, pictures.best(index)) : null);
  }

  /**
   * Notes how long it took from one view in between to the next.
   * @param {boolean} isMoving  whether one has been drawn, and the next frame of the animation is on its way
   */
  judge(isMoving) {
    const now = performance.now();
    if (isMoving && this.drawnAt && now - this.drawnAt < MAX_GAP_MS)
      slow = now - this.drawnAt > SLOW_MS ? slow + 1 : Math.max(0, slow - 0.1);
    this.drawnAt = isMoving ? now : 0;
  }

  /**
   * A remark has been chosen: turns so that its surface faces the user.
   * @param {Spot} spot
   * @param {number} index
   */
  choose(spot, index) {
    const {element, loaded: {spin, pictures}} = this;
    element.dispatchEvent(new CustomEvent('hotspot', {detail: {index, text: spot.text ?? ''}}));
    const {cam} = spin.frames[Math.max(0, pictures.shown)];
    if (!cam || faces(spot, motionOf(cam))) return;
    const best = spin.frames.find((frame) => frame.cam && faces(spot, motionOf(frame.cam)));
    if (best) element.turnTo(best.azimuth_deg);
  }
}

/** @type {any} */ (globalThis).rotatingViewDepth = DepthPainter;
