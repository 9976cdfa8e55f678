// The order in which a page gets the views of a spin: a coarse ring first, so that the item can be turned
// long before every picture has arrived.

/** Every 8th view belongs to the coarse ring; once that is there, the spin can be turned. */
export const COARSE_STEP = 8;

/**
 * @param {number} index  of a view
 * @returns {number} 0 on the coarse ring, 1 for other multiples of 4, 2 for other even ones, 3 for odd ones
 */
export function refinementLevel(index) {
  return index % COARSE_STEP === 0 ? 0 : index % 4 === 0 ? 1 : index % 2 === 0 ? 2 : 3;
}

/**
 * The C++ owner of this order is scene/spin_order.h; a table in the tests holds the two together.
 * @param {number} count  of views
 * @returns {number[]} the indices 0..count-1, the coarse ring first, then each refinement of it
 */
export function coarseToFineOrder(count) {
  const indices = Array.from({length: count}, (_, i) => i);
  return indices.sort((a, b) => refinementLevel(a) - refinementLevel(b) || a - b);
}
