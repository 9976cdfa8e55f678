// <rotating-view>: pictures taken round an item, turned by hand. No dependency; works from file://.
//
// What to show, one of:
//   - the attribute src="frames.json" (the `frames` export on a server), or
//   - children, as the `html` export writes them: <script type="application/json" data-spin> first, then an
//     <img data-frame="i"> or <script type="text/plain" data-frame="i" data-type="image/webp"> of base64
//     each; a page that is still arriving shows what it has, or
//   - load(description) and addFrame(index, blob).
// Attributes: src; label (what it shows); hint (the words on the picture); start (degrees); sway="off";
//   wheel="ctrl" (zoom only with the Ctrl key, for long pages). `state` reads loading, ready (draggable),
//   complete.
// Properties: azimuth (degrees, settable), frame, frameCount, zoom (1 and up, settable).
// Methods: turnTo(degrees), load, addFrame. Events: ready, complete, change {azimuth, frame}, zoom, error.
//
// Azimuth is the camera's: it grows counter-clockwise seen from above. A drag to the right turns the front of
// the item to the right, as a hand would; the camera then goes clockwise, so the azimuth falls.

import {Dial, PictureCanvas} from './drawing.js';
import {isFullScreen, toggleFullScreen} from './full_screen.js';
import {Input} from './input.js';
import {Pictures} from './pictures.js';
import {Shell} from './shell.js';
import {fetchSpin, readChildren} from './sources.js';
import {Turn} from './turn.js';
import {Viewport} from './viewport.js';
/** @typedef {import('./sources.js').SpinDescription} SpinDescription */

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/**
 * Everything that belongs to one spin; load() replaces it as a whole.
 * @typedef {{spin: SpinDescription, turn: Turn, pictures: Pictures}} Loaded
 */

export class RotatingView extends HTMLElement {
  static observedAttributes = ['src', 'label', 'hint'];

  constructor() {
    super();
    this.shell = new Shell(this.attachShadow({mode: 'open'}));
    this.canvas = new PictureCanvas(this.shell);
    this.dial = new Dial(this.shell);
    this.input = new Input(this.shell, this);
    this.viewport = new Viewport();
    /** @type {Loaded | null} */
    this.loaded = null;
    /** @type {string | null} */
    this.source = null;
    this.isUsed = false;
    /** @type {number | null}  id of the requested animation frame */
    this.waiting = null;
    this.resizer = new ResizeObserver(() => this.fit());
    this.watcher = new MutationObserver(() => readChildren(this, this));
    this.addEventListener('fullscreenchange', () => this.showFull());
    calm.addEventListener?.('change', () => { if (calm.matches) this.stop(); });
  }

  connectedCallback() {
    if (!this.state) this.setState('loading');
    this.attributeChangedCallback();
    this.resizer.observe(this.shell.stage);
    this.watcher.observe(this, {childList: true});
    document.addEventListener('DOMContentLoaded', () => readChildren(this, this), {once: true});
    readChildren(this, this);
  }

  disconnectedCallback() {
    this.resizer.disconnect();
    this.watcher.disconnect();
    this.stop();
  }

  attributeChangedCallback() {
    this.shell.name(this.getAttribute('hint'), this.getAttribute('label') || this.loaded?.spin.title);
    const source = this.getAttribute('src');
    if (!this.isConnected || source === this.source) return;
    this.source = source;
    if (source) fetchSpin(source, this).catch((error) => this.fail(error));
  }

  // -- what to show

  /**
   * Shows another spin; its pictures come by addFrame. Throws if the spin has no frames.
   * @param {SpinDescription} spin
   */
  load(spin) {
    if (!spin.frames?.length) throw new Error('a spin without frames');
    const start = this.getAttribute('start');
    const azimuths = spin.frames.map((frame) => frame.azimuth_deg);
    const turn = new Turn(azimuths, Boolean(spin.closed), start === null ? undefined : parseFloat(start));
    const pictures = new Pictures(spin, turn, {
      decoded: () => this.progress(),
      sharpened: () => this.wake(),
      failed: (error) => this.fail(error),
    });
    this.loaded?.pictures.retire();
    this.loaded = {spin, turn, pictures};
    this.viewport = new Viewport();
    this.style.setProperty('--rv-width', String(spin.width));
    this.style.setProperty('--rv-height', String(spin.height));
    this.attributeChangedCallback();
    this.shell.setUp(turn);
    this.dial.setUp(turn);
    this.canvas.forget();
    this.setState('loading');
    this.fit();
    this.announce();
  }

  /**
   * @param {number} index  of the view
   * @param {Blob} blob  its encoded picture
   */
  addFrame(index, blob) {
    this.loaded?.pictures.add(index, blob);
  }

  /**
   * @param {SpinDescription} spin
   * @returns {boolean} whether that is the spin loaded last
   */
  isShowing(spin) {
    return this.loaded?.spin === spin;
  }

  /** Updates the state and the dial after a picture has been decoded, or has failed. */
  progress() {
    const {turn, pictures} = /** @type {Loaded} */ (this.loaded);
    const count = pictures.doneCount;
    this.dial.showLoaded((100 * count) / pictures.views.length);
    if (this.state === 'loading' && pictures.isCoarseDone) {
      this.setState('ready');
      if (!this.isUsed && !calm.matches && this.getAttribute('sway') !== 'off' && pictures.views.length >= 3)
        turn.sway(performance.now());
      this.dispatchEvent(new CustomEvent('ready'));
    }
    if (count === pictures.views.length && this.state !== 'complete') {
      this.setState('complete');
      this.dispatchEvent(new CustomEvent('complete'));
    }
    this.wake();
  }

  /** @param {unknown} error */
  fail(error) {
    if (!this.loaded?.pictures.hasAny) this.shell.say('This view could not be loaded.');
    this.dispatchEvent(new CustomEvent('error', {detail: error}));
  }

  /** 'loading', 'ready' (the coarse ring is there, so it can be turned) or 'complete'. */
  get state() { return this.getAttribute('state'); }

  /** @param {'loading' | 'ready' | 'complete'} state */
  setState(state) { this.setAttribute('state', state); }

  // -- turning and zooming

  /** The user has taken over: any motion stops and the hint goes. */
  use() {
    this.stop();
    this.isUsed = true;
    this.shell.showUsed();
  }

  stop() {
    if (this.loaded) this.loaded.turn.motion = null;
  }

  /** @param {number} azimuth */
  place(azimuth) {
    this.loaded?.turn.place(azimuth);
    this.wake();
  }

  /**
   * @param {number} azimuth
   * @param {number} [tau]  time constant, ms; 0 jumps
   */
  glide(azimuth, tau) {
    if (!this.loaded) return;
    this.loaded.turn.glideTo(azimuth, performance.now(), calm.matches ? 0 : tau);
    this.wake();
    if (!this.input.isHolding) this.announce();
  }

  /**
   * Zooms so that what is under a point stays there.
   * @param {number} scale
   * @param {number} [x]  client px; the middle by default
   * @param {number} [y]
   */
  zoomAt(scale, x, y) {
    if (!this.loaded) return;
    this.use();
    const box = this.shell.stage.getBoundingClientRect();
    const point = [(x ?? box.left + box.width / 2) - box.left - box.width / 2,
      (y ?? box.top + box.height / 2) - box.top - box.height / 2];
    const changed = this.viewport.zoomAbout(scale, point);
    this.shell.showZoom(this.zoom);
    this.wake();
    if (changed) this.dispatchEvent(new CustomEvent('zoom', {detail: {zoom: this.zoom}}));
  }

  announce() {
    if (this.loaded) this.shell.announce(this.loaded.turn, this.loaded.spin.angles !== false);
  }

  // -- drawing

  /** Adopts the layout's size and draws at once, because resizing clears the canvas. */
  fit() {
    this.canvas.fit();
    this.draw();
    this.wake();
  }

  /** Requests a drawing in the next animation frame. */
  wake() {
    if (!this.loaded) return;
    this.waiting ??= requestAnimationFrame((time) => {
      this.waiting = null;
      if (this.loaded?.turn.advance(time, this.input.isHolding)) this.wake();
      this.draw();
    });
  }

  draw() {
    if (!this.loaded) return;
    const {loaded: {spin, turn, pictures}, canvas} = this;
    this.dial.point(turn);
    const index = turn.nearest(turn.position, (i) => pictures.has(i));
    if (index < 0 || !canvas.size.width) return;
    const place = this.viewport.layout(canvas.size, canvas.ratio, spin, turn.over);
    canvas.draw(index, pictures.best(index), place);
    if (index !== pictures.shown) {
      pictures.shown = index;
      if (turn.motion?.kind !== 'sway') this.announce();
      this.dispatchEvent(new CustomEvent('change', {detail: {azimuth: this.azimuth, frame: index}}));
    }
    pictures.sharpen(canvas.box.width * canvas.ratio * this.zoom);
  }

  // -- full screen

  toggleFull() { toggleFullScreen(this, () => this.showFull()); }

  get isExpanded() { return this.hasAttribute('expanded'); }

  showFull() {
    this.shell.showFull(isFullScreen(this));
    this.fit();
  }

  // -- properties

  /** Azimuth of the view nearest to the position, degrees; setting it jumps there. */
  get azimuth() {
    const turn = this.turn;
    return turn ? turn.azimuths[turn.nearest(turn.position)] : 0;
  }
  set azimuth(degrees) {
    if (!this.turn || !Number.isFinite(+degrees)) return;
    this.use();
    this.place(this.turn.within(+degrees));
    this.draw();
    this.announce();
  }
  /** Index of the view on the canvas; -1 before the first. */
  get frame() { return this.loaded?.pictures.shown ?? -1; }
  get frameCount() { return this.loaded?.pictures.views.length ?? 0; }
  get zoom() { return this.viewport.scale; }
  set zoom(scale) { if (Number.isFinite(+scale)) this.zoomAt(+scale); }

  /**
   * Glides to an azimuth, the shorter way round.
   * @param {number} degrees
   */
  turnTo(degrees) {
    if (!this.turn) return;
    this.use();
    this.glide(this.turn.position + this.turn.delta(this.turn.position, degrees), 120);
  }

  // -- read by Input and by the tests; not part of the interface

  get turn() { return this.loaded?.turn ?? null; }
  get stageWidth() { return this.canvas.box.width; }
  get position() { return this.turn?.position ?? 0; }
  get over() { return this.turn?.over ?? 0; }
  get motion() { return this.turn?.motion ?? null; }
  get views() { return this.loaded?.pictures.views ?? []; }
  get sharp() { return this.loaded?.pictures.sharp ?? null; }
}

if (!customElements.get('rotating-view')) customElements.define('rotating-view', RotatingView);
