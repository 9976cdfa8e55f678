// Where a spin comes from: the children that an exported page holds, or a frames.json on a server.

import {coarseToFineOrder} from './spin_order.js';
/** @typedef {import('./shell.js').Shell} Shell */

/**
 * A spin as frames.json and the exported page describe it (publish/spin_description.cc).
 * @typedef {object} SpinDescription
 * @property {number} width  of every picture, px
 * @property {number} height
 * @property {boolean} closed  whether the views go all the way round
 * @property {boolean} [angles]  false if the azimuths are nominal
 * @property {string} [title]
 * @property {{azimuth_deg: number, file?: string}[]} frames
 */

/**
 * Takes a spin and its pictures.
 * @typedef {object} Sink
 * @property {(spin: SpinDescription) => void} load
 * @property {(index: number, blob: Blob) => void} addFrame
 */

/** @type {WeakSet<Element>}  pictures that stay in the page, as its poster, and have been read */
const read = new WeakSet();

/**
 * Reads the children that have arrived whole, and removes them. The last child may still be growing while the
 * page loads.
 * @param {Element} element  that holds them
 * @param {Sink & {shell: Shell}} sink
 */
export function readChildren(element, sink) {
  for (const child of /** @type {HTMLElement[]} */ ([...element.children])) {
    if (!child.nextSibling && document.readyState === 'loading') return;
    if (child.matches('script[data-spin]')) {
      sink.load(JSON.parse(/** @type {string} */ (child.textContent)));
    } else if (!child.dataset.frame || read.has(child)) {
      continue;
    } else if (child.localName === 'img') {
      const [type, data] = /** @type {HTMLImageElement} */ (child).src.slice(5).split(';base64,');
      if (data) sink.addFrame(+child.dataset.frame, new Blob([bytesOf(data)], {type}));
      sink.shell.showPoster();
      read.add(child);
      continue;
    } else {
      const bytes = bytesOf(/** @type {string} */ (child.textContent));
      sink.addFrame(+child.dataset.frame, new Blob([bytes], {type: child.dataset.type}));
    }
    child.remove();
  }
}

/**
 * Fetches a description and its pictures, the coarse ring first; ends early if the sink gets another spin.
 * @param {string} source  address of a frames.json, relative to the page
 * @param {Sink & {isShowing: (spin: SpinDescription) => boolean}} sink
 * @returns {Promise<unknown>} rejected with the first failure
 */
export async function fetchSpin(source, sink) {
  const url = new URL(source, document.baseURI);
  /** @type {SpinDescription} */
  const spin = await (await fetched(url)).json();
  sink.load(spin);
  const order = coarseToFineOrder(spin.frames.length);
  const fetchInTurn = async () => {
    for (let i; sink.isShowing(spin) && (i = order.shift()) !== undefined;) {
      const picture = await fetched(new URL(/** @type {string} */ (spin.frames[i].file), url));
      sink.addFrame(i, await picture.blob());
    }
  };
  return Promise.all(Array.from({length: 6}, fetchInTurn));
}

/**
 * @param {URL} url
 * @returns {Promise<Response>} rejected if the server refuses
 */
async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  return answer;
}

/**
 * @param {string} base64
 * @returns {BlobPart} its bytes, without a data: request, which the page's policy forbids
 */
function bytesOf(base64) {
  /** @type {Uint8ArrayConstructor & {fromBase64?: (text: string) => BlobPart}} */
  const newest = Uint8Array;
  if (newest.fromBase64) return newest.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}
