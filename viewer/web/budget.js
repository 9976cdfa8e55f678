// What the elements of a page share: memory for decoded pictures, and whose finer views are fetched first.

/** Pixels held decoded, all elements together: with a mouse, and on touch devices, which have less memory. */
const PIXELS = 64e6;
const PIXELS_COARSE = 32e6;
/** Of that, several elements together get this share: each has costs of its own. */
const SEVERAL = 0.6;
/** Elements that fetch or decode more than their coarse ring at the same time. */
const FETCHING = 2;

const fewPixels = matchMedia('(pointer: coarse)');

/**
 * @typedef {object} Holder
 * @property {boolean} isSeen  whether it is on the screen, or near
 * @property {(pixels: number) => void} allow  told how many pixels it may hold decoded
 */

/** @type {Set<Holder>}  the one used last comes last */
const holders = new Set();
/** @type {Map<Holder, () => void>} */
const waiting = new Map();
/** @type {Set<Holder>} */
const fetching = new Set();

/**
 * Adds a holder, or says that it is in use now.
 * @param {Holder} holder
 */
export function useBudget(holder) {
  const last = [...holders].pop();
  if (last === holder) return;
  holders.delete(holder);
  holders.add(holder);
  shareBudget();
}

/** @param {Holder} holder  that needs nothing any more */
export function leaveBudget(holder) {
  waiting.delete(holder);
  finishFiner(holder);
  if (holders.delete(holder)) shareBudget();
}

/** One alone has all; else the one used last has half, those on the screen share the rest, and others get nothing. */
export function shareBudget() {
  const all = fewPixels.matches ? PIXELS_COARSE : PIXELS;
  const [first, ...others] = [...holders].reverse();
  const seen = others.filter((holder) => holder.isSeen).length;
  const half = all * SEVERAL / 2;
  first?.allow(others.length ? half : all);
  for (const holder of others) holder.allow(holder.isSeen ? half / seen : 0);
  startFiner();
}

/**
 * @param {Holder} holder
 * @returns {Promise<void>} resolved when it is its turn to fetch more than the coarse ring
 */
export function waitForFiner(holder) {
  return new Promise((resolve) => {
    waiting.set(holder, resolve);
    startFiner();
  });
}

/** @param {Holder} holder  that has fetched all, or has failed */
export function finishFiner(holder) {
  fetching.delete(holder);
  startFiner();
}

function startFiner() {
  for (const holder of [...holders].reverse()) {
    const start = waiting.get(holder);
    const hasTurn = fetching.has(holder) || fetching.size < FETCHING && holder.isSeen;
    if (!start || !hasTurn) continue;
    waiting.delete(holder);
    fetching.add(holder);
    start();
  }
}
