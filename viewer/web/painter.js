// What is on the stage: the nearest view and the dial; what needs depth is drawn by depth.js, once that is there.

import {Dial, PictureCanvas} from './drawing.js';
/** @typedef {import('./depth.js').DepthPainter} DepthPainter */
/** @typedef {import('./pictures.js').Pictures} Pictures */
/** @typedef {import('./sources.js').SpinDescription} SpinDescription */
/** @typedef {import('./turn.js').Turn} Turn */
/** @typedef {import('./viewport.js').Viewport} Viewport */

/**
 * Everything that belongs to one spin.
 * @typedef {{spin: SpinDescription, turn: Turn, pictures: Pictures}} Loaded
 * Whether views in between are drawn: where a graphics card does it, always, or never.
 * @typedef {'auto' | 'always' | 'off'} BetweenMode
 */

/** The script for depth, beside this one. */
const DEPTH_FILE = 'rotating_view_depth.js';
/** Where this script came from; empty where it stands in the page. */
const cameFrom = typeof moduleAddress === 'string' ? moduleAddress :
  document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : '';
/** @type {HTMLScriptElement | null} */
let depthScript = null;

/** @param {() => void} ready  called once the script for depth is there; not at once */
function fetchDepth(ready) {
  if (!cameFrom) return;
  if (!depthScript) {
    depthScript = document.createElement('script');
    depthScript.src = String(new URL(DEPTH_FILE, cameFrom));
    document.head.append(depthScript);
  }
  depthScript.addEventListener('load', ready);
}

export class Painter {
  /** @param {import('./rotating_view.js').RotatingView} element */
  constructor(element) {
    this.element = element;
    this.shell = element.shell;
    this.canvas = new PictureCanvas(this.shell);
    this.dial = new Dial(this.shell);
    /** @type {DepthPainter | null} */
    this.depth = null;
    this.hasAsked = false;
  }

  /** @param {Loaded} loaded */
  setUp({turn}) {
    this.dial.setUp(turn);
    this.canvas.forget();
    this.depth = null;
  }

  /**
   * @param {Loaded} loaded
   * @param {Viewport} viewport
   * @param {BetweenMode} mode
   * @param {boolean} isResting
   * @returns {number} index of the view on the canvas; -1 where none is there
   */
  draw(loaded, viewport, mode, isResting) {
    const {spin, turn, pictures} = loaded, {canvas} = this;
    this.dial.point(turn);
    const index = turn.nearest(turn.position, (i) => pictures.has(i));
    if (index < 0 || !canvas.size.width) return -1;
    const place = viewport.layout(canvas.size, canvas.ratio, spin, turn.over);
    this.shell.showEdges(viewport);
    if (!this.depth && (mode !== 'off' && spin.frames[index].depth || spin.hotspots?.length ||
        this.element.querySelector('[slot^=hotspot]'))) this.startDepth(loaded);
    if (!this.depth?.draw(index, place, mode, isResting)) canvas.draw(index, pictures.best(index), place);
    return index;
  }

  /** @param {Loaded} loaded */
  startDepth(loaded) {
    const Depth = /** @type {{rotatingViewDepth?: typeof import('./depth.js').DepthPainter}} */ (
      /** @type {unknown} */ (globalThis)).rotatingViewDepth;
    if (Depth) this.depth = new Depth(this, loaded, this.element);
    else if (!this.hasAsked) fetchDepth(() => this.element.wake());
    this.hasAsked = true;
  }
}
