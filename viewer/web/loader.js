// When a spin is fetched, and which: lazily or at once, again after a change, and no longer than it is wanted.

import {finishFiner, leaveBudget, shareBudget, useBudget, waitForFiner} from './budget.js';
import {openSpin, readChildren} from './sources.js';
import {asSpinError} from './failures.js';
/** @typedef {import('./rotating_view.js').RotatingView} RotatingView */

/** A lazy element is loaded when it is this near to the screen. */
const NEAR = '300px';

export class Loader {
  /** @param {RotatingView} element */
  constructor(element) {
    this.element = element;
    /** @type {string | Blob | null}  what is loaded or on its way */
    this.source = null;
    /** @type {Blob | null}  given by a script; comes before the attribute */
    this.file = null;
    /** @type {{close: () => void} | null} */
    this.opened = null;
    this.isSeen = false;
    this.watcher = new MutationObserver(() => readChildren(element, element));
    this.observer = new IntersectionObserver(([...entries]) => this.see(entries.some((each) => each.isIntersecting)),
      {rootMargin: NEAR});
  }

  connect() {
    const {element} = this;
    this.watcher.observe(element, {childList: true});
    this.observer.observe(element);
    document.addEventListener('DOMContentLoaded', () => readChildren(element, element), {once: true});
    readChildren(element, element);
    if (element.loaded) useBudget(element.loaded.pictures);
    this.request();
  }

  disconnect() {
    this.watcher.disconnect();
    this.observer.disconnect();
    this.see(false);
    const pictures = this.element.loaded?.pictures;
    if (!pictures) return;
    leaveBudget(pictures);
    pictures.allow(0);
  }

  /** @param {boolean} isSeen  whether the element is on the screen, or near */
  see(isSeen) {
    this.isSeen = isSeen;
    const pictures = this.element.loaded?.pictures;
    if (pictures) pictures.isSeen = isSeen;
    if (isSeen) this.request();
    shareBudget();
  }

  /** Fetches what the element asks for, unless that is there, or is not wanted yet. */
  request() {
    const {element} = this;
    const source = this.file ?? element.getAttribute('src');
    if (!element.isConnected || source === this.source) return;
    if (element.getAttribute('loading') === 'lazy' && !this.isSeen) return;
    this.source = source;
    this.opened?.close();
    this.opened = null;
    if (source) this.open(source).catch((error) => element.fail(asSpinError(error)));
  }

  /** @param {string | Blob} source */
  async open(source) {
    const {element} = this;
    const isWanted = () => this.source === source;
    /** @type {import('./pictures.js').Pictures | undefined} */
    let pictures;
    const opened = openSpin(source instanceof Blob ? source : new URL(source, document.baseURI), {
      isShowing: (spin) => element.loaded?.spin === spin,
      showFirst: (picture) => isWanted() && element.showFirst(picture),
      load: (spin) => {
        if (!isWanted()) return;
        element.load(spin);
        pictures = element.loaded?.pictures;
      },
      addFrame: (index, blob) => pictures?.add(index, blob),
      finer: async () => { if (pictures) await waitForFiner(pictures); },
    });
    this.opened = opened;
    try {
      await opened.done;
    } catch (error) {
      if (isWanted()) throw error;
    } finally {
      if (pictures) finishFiner(pictures);
    }
  }
}
