// Decodes PNG pictures of one channel, 8 or 16 bits. A canvas would give 8 bits, and those changed by color management.

/** @typedef {{width: number, height: number, values: Uint8Array | Uint16Array}} Gray */

const MAX_PIXELS = 1 << 24;

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Gray>} rejected where it is no such PNG
 */
export async function decodeGray(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16), height = view.getUint32(20), depth = bytes[24];
  if (view.getUint32(12) !== 0x49484452 || bytes[25] !== 0 || bytes[28] !== 0 || depth !== 8 && depth !== 16 ||
      !(width * height > 0 && width * height <= MAX_PIXELS)) throw new Error('not a gray PNG');
  /** @type {Uint8Array[]} */
  const data = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const size = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x49444154) data.push(bytes.subarray(at + 8, at + 8 + size));
    at += 12 + size;
  }
  const stream = new Blob(data).stream().pipeThrough(new DecompressionStream('deflate'));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const step = depth / 8, row = width * step;
  if (raw.length < (row + 1) * height) throw new Error('the PNG ends early');
  const plain = unfiltered(raw, row, height, step);
  if (step === 1) return {width, height, values: plain};
  const values = new Uint16Array(width * height);
  for (let i = 0; i < values.length; ++i) values[i] = plain[2 * i] << 8 | plain[2 * i + 1];
  return {width, height, values};
}

/**
 * @param {Uint8Array} raw  rows, each after the number of its filter
 * @param {number} row  bytes of a row
 * @param {number} height
 * @param {number} step  bytes of a pixel
 * @returns {Uint8Array}
 */
function unfiltered(raw, row, height, step) {
  const out = new Uint8Array(row * height);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (row + 1)], from = y * (row + 1) + 1, to = y * row;
    for (let x = 0; x < row; ++x) {
      const left = x >= step ? out[to + x - step] : 0, up = y ? out[to + x - row] : 0;
      const guess = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 :
        filter === 4 ? paeth(left, up, x >= step && y ? out[to + x - row - step] : 0) : 0;
      out[to + x] = raw[from + x] + guess;
    }
  }
  return out;
}

/**
 * @param {number} left
 * @param {number} up
 * @param {number} corner
 * @returns {number} the one of them that the rule of the format chooses
 */
function paeth(left, up, corner) {
  const a = Math.abs(up - corner), b = Math.abs(left - corner), c = Math.abs(left + up - 2 * corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
