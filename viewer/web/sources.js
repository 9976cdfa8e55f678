// Where a spin comes from: an .rview, a frames.json on a server, or the children that an exported page holds.

import {SpinError} from './failures.js';
import {RviewFile} from './rview.js';
import {coarseToFineOrder} from './spin_order.js';
/** @typedef {import('./cameras.js').Lens} Lens */
/** @typedef {import('./cameras.js').Pose} Pose */
/** @typedef {import('./shell.js').Shell} Shell */

/**
 * A spin as frames.json and the exported page describe it (publish/spin_description.cc), or as an .rview does.
 * @typedef {object} SpinDescription
 * @property {number} width  of every picture, px
 * @property {number} height
 * @property {boolean} closed  whether the views go all the way round
 * @property {boolean} [angles]  false if the azimuths are nominal
 * @property {string} [title]
 * @property {Frame[]} frames
 * @property {{from_deg: number, to_deg: number}[]} [gaps]  where nothing was captured
 * @property {Spot[]} [hotspots]
 * @property {Lens} [camera]  of every view
 * @property {number} [depth_unit]  object units for each step of a view's depth
 * @property {(Captured | null)[]} [captured]
 * @property {(name: string) => Promise<Uint8Array | null>} [fetch]  a file of the spin; null if it cannot be had
 * @property {(names: string[]) => Promise<unknown>} [prepare]  makes fetch quick for these, all of one folder
 */

/**
 * A view: names of its files, its camera, and the captured frame that gives most of its pixels.
 * @typedef {{azimuth_deg: number, file?: string, cam?: Pose, depth?: string, matte?: string, source?: number}} Frame
 * A captured frame; cam is from the world, place is the manifest's object_from_world; near and far bound its depth.
 * @typedef {{file: string, depth: string, matte?: string, lens: Lens, cam: Pose, place: Pose & {scale: number},
 *   near: number, far: number}} Captured
 * A remark pinned to the item.
 * @typedef {{position: number[], normal?: number[], text?: string}} Spot
 */

/**
 * Takes a spin and its pictures.
 * @typedef {object} Sink
 * @property {(spin: SpinDescription) => void} load
 * @property {(index: number, blob: Blob) => void} addFrame
 */

/**
 * @typedef {object} Fetching
 * @property {(spin: SpinDescription) => boolean} isShowing
 * @property {(picture: Blob) => void} showFirst  before the spin is known
 * @property {() => Promise<void>} finer  resolved when it is time for more than the coarse ring
 */

/** @type {WeakSet<Element>}  pictures that stay in the page, as its poster, and have been read */
const read = new WeakSet();

/**
 * Reads children as an exported page has them: <script type="application/json" data-spin> first, then an
 * <img data-frame="i"> or <script type="text/plain" data-frame="i" data-type="image/webp"> of base64 each. Takes those that
 * have arrived whole, and removes them. The last child may still be growing while the
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
 * @param {URL | Blob} source  an .rview or, by its name, a frames.json
 * @param {Sink & Fetching} sink
 * @returns {{close: () => void, done: Promise<unknown>}} done is rejected with the first failure
 */
export function openSpin(source, sink) {
  if (source instanceof URL && source.pathname.endsWith('.json'))
    return {close: () => {}, done: fetchFolder(source, sink)};
  const file = new RviewFile(source);
  const readAll = async () => {
    const spin = await file.open(sink.showFirst);
    sink.load(spin);
    await file.fetchViews(spin, sink.addFrame, sink.finer);
  };
  return {close: () => file.close(), done: readAll()};
}

/**
 * Fetches a description and its pictures, the coarse ring first; ends early if the sink gets another spin.
 * @param {URL} url  of a frames.json
 * @param {Sink & Fetching} sink
 */
async function fetchFolder(url, sink) {
  /** @type {SpinDescription} */
  const spin = await (await fetched(url)).json().catch((error) => {
    throw new SpinError('not-a-spin', `${url}: ${error}`);
  });
  sink.load(spin);
  const order = coarseToFineOrder(spin.frames.length);
  const fetchInTurn = async () => {
    for (let i; sink.isShowing(spin) && (i = order.shift()) !== undefined;) {
      const picture = await fetched(new URL(/** @type {string} */ (spin.frames[i].file), url));
      sink.addFrame(i, await picture.blob());
    }
  };
  await Promise.all(Array.from({length: 6}, fetchInTurn));
}

/**
 * @param {URL} url
 * @returns {Promise<Response>} rejected if the server refuses
 */
async function fetched(url) {
  const answer = await fetch(url).catch((error) => {
    throw new SpinError('network', `${url}: ${error}`);
  });
  if (!answer.ok) throw new SpinError(answer.status === 404 ? 'not-found' : 'network', `${url}: ${answer.status}`);
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
