// A relief is a view as in-between views are drawn from it: its camera, and the inverse depth of two layers, the item
// and what is behind it, each going on beyond its edge (synthesis/captured_view.h).

import {decodeGray} from './gray_png.js';
import {motionFromObject, motionOf} from './cameras.js';
/** @typedef {import('./cameras.js').Motion} Motion */
/** @typedef {import('./cameras.js').Lens} Lens */
/** @typedef {import('./gray_png.js').Gray} Gray */

/** Rows and columns of a layer are at most this many. */
const MAX_GRID = 200;

/**
 * @typedef {object} Relief
 * @property {Lens} lens
 * @property {Motion} motion  from the object to the camera
 * @property {number} columns  of the grid
 * @property {number} rows
 * @property {Float32Array | null} item  1 / z of each vertex; null where it is not known where the item is
 * @property {Float32Array} behind
 * @property {Gray | null} matte
 * @property {number} nearest  largest 1 / z
 * @property {boolean} [isItemOnly]  nothing but the item is drawn: what is behind it may be blotted out
 */

/**
 * @param {import('./sources.js').SpinDescription} spin
 * @param {number} index  of a view
 * @returns {Promise<Relief | null>} null where the spin has no depth there
 */
export async function viewRelief(spin, index) {
  const {cam, depth, matte} = spin.frames[index];
  const unit = spin.depth_unit;
  if (!spin.camera || !unit || !cam || !depth) return null;
  const [grid, mask] = await Promise.all([grayFile(spin, depth), grayFile(spin, matte)]);
  return grid && reliefOf(grid, mask, (value) => value ? 1 / (value * unit) : 0, spin.camera, motionOf(cam));
}

/**
 * @param {import('./sources.js').SpinDescription} spin
 * @param {import('./sources.js').Captured} frame
 * @returns {Promise<Relief | null>}
 */
export async function capturedRelief(spin, {depth, matte, near, far, lens, cam, place}) {
  const [grid, mask] = await Promise.all([grayFile(spin, depth), grayFile(spin, matte)]);
  const relief = grid && reliefOf(grid, mask, (value) => value && 1 / far + (value - 1) / 254 * (1 / near - 1 / far), lens,
    motionFromObject(cam, place));
  return relief && {...relief, isItemOnly: Boolean(relief.item)};
}

/**
 * @param {import('./sources.js').SpinDescription} spin
 * @param {string} [name]
 * @returns {Promise<Gray | null>}
 */
async function grayFile(spin, name) {
  const bytes = name && await spin.fetch?.(name);
  return bytes ? decodeGray(bytes) : null;
}

/**
 * @param {Gray} grid
 * @param {Gray | null} matte
 * @param {(value: number) => number} inverseOf  1 / z of a stored value; 0 where it is not known
 * @param {Lens} lens
 * @param {Motion} motion
 * @returns {Relief | null} null where no depth is known
 */
export function reliefOf(grid, matte, inverseOf, lens, motion) {
  const scale = Math.min(1, MAX_GRID / Math.max(grid.width, grid.height));
  const columns = Math.max(2, Math.round(grid.width * scale)), rows = Math.max(2, Math.round(grid.height * scale));
  const item = matte && new Float32Array(columns * rows), behind = new Float32Array(columns * rows);
  // Vertices lie on the picture's edges too.
  for (let y = 0; y < rows; ++y)
    for (let x = 0; x < columns; ++x) {
      const isItem = matte && sampled(matte, x / (columns - 1), y / (rows - 1)) >= 128;
      (isItem && item || behind)[y * columns + x] = inverseOf(sampled(grid, x / (columns - 1), y / (rows - 1)));
    }
  const hasItem = item && goOn(item, columns, rows), hasBehind = goOn(behind, columns, rows);
  if (!hasItem && !hasBehind) return null;
  if (!hasBehind) behind.fill(/** @type {Float32Array} */ (item).reduce((a, b) => Math.min(a, b)));
  const nearest = [behind, item ?? behind].reduce((most, layer) => layer.reduce((a, b) => Math.max(a, b), most), 0);
  return {lens, motion, columns, rows, item: hasItem ? item : null, behind, matte: hasItem ? matte : null, nearest};
}

/**
 * @param {Gray} picture
 * @param {number} u
 * @param {number} v  shares of its width and height
 * @returns {number} its value there
 */
function sampled({width, height, values}, u, v) {
  return values[Math.min(height - 1, Math.floor(v * height)) * width + Math.min(width - 1, Math.floor(u * width))];
}

/**
 * Gives each vertex that has no value about that of the nearest one which has.
 * @param {Float32Array} layer
 * @param {number} columns
 * @param {number} rows
 * @returns {boolean} false where none has a value
 */
function goOn(layer, columns, rows) {
  const away = Float32Array.from(layer, (value) => value ? 0 : Infinity);
  const look = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ step) => {
    if (away[from] + step >= away[at]) return;
    away[at] = away[from] + step;
    layer[at] = layer[from];
  };
  // There and back, as distances are found (Rosenfeld and Pfaltz).
  for (const way of [1, -1])
    for (let i = 0; i < rows; ++i)
      for (let j = 0; j < columns; ++j) {
        const y = way > 0 ? i : rows - 1 - i, x = way > 0 ? j : columns - 1 - j, at = y * columns + x;
        if (j) look(at, at - way, 1);
        if (!i) continue;
        look(at, at - way * columns, 1);
        if (j) look(at, at - way * columns - way, 1.4);
        if (j < columns - 1) look(at, at - way * columns + way, 1.4);
      }
  return away[0] < Infinity;
}

/**
 * @param {Relief} relief
 * @param {number} u
 * @param {number} v  shares of the picture's width and height
 * @returns {number} z of what is seen there
 */
export function depthAt({columns, rows, item, behind, matte}, u, v) {
  const x = Math.round(u * (columns - 1)), y = Math.round(v * (rows - 1));
  const layer = item && matte && sampled(matte, u, v) >= 128 ? item : behind;
  return 1 / layer[y * columns + x];
}
