// Zoom and pan: which part of the picture is visible.

import {clamp} from './numbers.js';

export const MAX_ZOOM = 6;

export class Viewport {
  constructor() {
    this.scale = 1;
    /** Offset of the picture's center from the center of the stage, CSS px. */
    this.pan = [0, 0];
    /** How far the pan may go either way, CSS px; known from the last layout. */
    this.room = [0, 0];
  }

  /**
   * Zooms so that one point of the picture stays in place.
   * @param {number} scale
   * @param {number[]} point  from the center of the stage, CSS px
   * @returns {boolean} whether the zoom has changed
   */
  zoomAbout(scale, point) {
    let to = clamp(scale, 1, MAX_ZOOM);
    this.pan = this.pan.map((value, axis) => point[axis] - (point[axis] - value) * (to / this.scale));
    if (to < 1.01) to = 1;
    const changed = to !== this.scale;
    this.scale = to;
    return changed;
  }

  /**
   * @param {number} dx
   * @param {number} dy  CSS px
   * @returns {number} the part of dx that lies beyond an edge of the picture
   */
  panBy(dx, dy) {
    const to = this.pan[0] + dx;
    this.pan = [clamp(to, -this.room[0], this.room[0]), this.pan[1] + dy];
    return to - this.pan[0];
  }

  /**
   * Places the picture on a canvas; limits the pan so that the picture covers what it can of the canvas.
   * @param {{width: number, height: number}} canvas  canvas px
   * @param {number} ratio  canvas px per CSS px
   * @param {{width: number, height: number}} picture
   * @param {number} over  degrees dragged beyond the end of an open arc
   * @returns {number[]} left, top, width and height, canvas px
   */
  layout({width, height}, ratio, picture, over) {
    const fit = Math.min(width / picture.width, height / picture.height) * this.scale;
    const [w, h] = [picture.width * fit, picture.height * fit];
    this.room = [Math.max(0, w - width) / 2 / ratio, Math.max(0, h - height) / 2 / ratio];
    this.pan = this.pan.map((value, axis) => clamp(value, -this.room[axis], this.room[axis]));
    const give = -Math.tanh(over / 30) * 0.04 * width;
    // Whole pixels keep a picture sharp; while zoomed they would make it jump.
    const round = (/** @type {number} */ value) => this.scale > 1 ? value : Math.round(value);
    const left = round((width - w) / 2 + this.pan[0] * ratio + give);
    return [left, round((height - h) / 2 + this.pan[1] * ratio), w, h];
  }
}
