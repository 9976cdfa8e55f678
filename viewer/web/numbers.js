// Arithmetic that the other modules share.

/**
 * @param {number} x
 * @param {number} low
 * @param {number} high
 * @returns {number} x held between low and high; high where low lies above it
 */
export function clamp(x, low, high) {
  return Math.min(high, Math.max(low, x));
}

/**
 * @param {number} x
 * @param {number} n
 * @returns {number} x modulo n, in [0, n) for negative x too
 */
export function mod(x, n) {
  return ((x % n) + n) % n;
}
