// <rotating-view>: pictures taken round an item, turned by hand. No dependency; works from file://. Attributes, properties,
// methods, events, slots and parts: docs/web.md.
//
// What to show, one of:
//   - the attribute src="item.rview", read in parts, or src="frames.json" (the `frames` export on a server), or
//   - children, as the `html` export writes them (sources.js), or
//   - open(blob) of an .rview, or load(description) and addFrame(index, blob).
//
// Azimuth is the camera's: it grows counter-clockwise seen from above. A drag to the right turns the front of
// the item to the right, as a hand would; the camera then goes clockwise, so the azimuth falls.

import {isFullScreen, toggleFullScreen} from './full_screen.js';
import {Input} from './input.js';
import {Loader} from './loader.js';
import {Painter} from './painter.js';
import {Pictures} from './pictures.js';
import {Shell} from './shell.js';
import {SpinError, asSpinError} from './failures.js';
import {Turn} from './turn.js';
import {useBudget} from './budget.js';
import {Viewport} from './viewport.js';
/** @typedef {import('./painter.js').BetweenMode} BetweenMode */
/** @typedef {import('./painter.js').Loaded} Loaded */
/** @typedef {import('./sources.js').SpinDescription} SpinDescription */

const calm = matchMedia('(prefers-reduced-motion: reduce)');


export class RotatingView extends HTMLElement {
  static observedAttributes = ['src', 'label', 'hint', 'loading', 'poster'];

  constructor() {
    super();
    this.shell = new Shell(this.attachShadow({mode: 'open'}));
    this.painter = new Painter(this);
    this.input = new Input(this.shell, this);
    this.viewport = new Viewport();
    this.loader = new Loader(this);
    /** @type {Loaded | null} */
    this.loaded = null;
    this.isUsed = false;
    /** @type {number | null}  id of the requested animation frame */
    this.waiting = null;
    this.resizer = new ResizeObserver(() => this.fit());
    this.addEventListener('fullscreenchange', () => this.showFull());
    calm.addEventListener?.('change', () => { if (calm.matches) this.stop(); });
  }

  connectedCallback() {
    if (!this.state) this.setState('loading');
    this.attributeChangedCallback();
    this.resizer.observe(this.shell.stage);
    this.loader.connect();
  }

  disconnectedCallback() {
    this.resizer.disconnect();
    this.loader.disconnect();
    this.stop();
  }

  attributeChangedCallback() {
    this.shell.name(this.getAttribute('hint'), this.getAttribute('label') || this.loaded?.spin.title);
    this.shell.showPosterOf(this.getAttribute('poster'));
    this.loader.request();
  }

  // -- what to show

  /** @param {Blob} file  an .rview that the user chose, for instance */
  open(file) {
    this.loader.file = file;
    this.loader.request();
  }

  /**
   * Shows another spin; its pictures come by addFrame. Throws if the spin has no frames.
   * @param {SpinDescription} spin
   */
  load(spin) {
    if (!spin.frames?.length) throw new SpinError('damaged', 'a spin without frames');
    const start = this.getAttribute('start');
    const azimuths = spin.frames.map((frame) => frame.azimuth_deg);
    const turn = new Turn(azimuths, Boolean(spin.closed), start === null ? undefined : parseFloat(start), spin.gaps);
    const pictures = new Pictures(spin, turn, {
      decoded: () => this.progress(),
      sharpened: () => this.wake(),
      failed: (error) => this.fail(asSpinError(error)),
    });
    pictures.isSeen = this.loader.isSeen;
    this.loaded?.pictures.retire();
    this.loaded = {spin, turn, pictures};
    useBudget(pictures);
    this.viewport = new Viewport();
    this.setShape(spin);
    this.attributeChangedCallback();
    this.shell.setUp(turn);
    this.painter.setUp(this.loaded);
    this.setState('loading');
    this.fit();
    this.announce();
  }

  /** @param {{width: number, height: number}} picture */
  setShape({width, height}) {
    this.style.setProperty('--rv-width', String(width));
    this.style.setProperty('--rv-height', String(height));
  }

  /** @param {Blob} blob  a picture to be shown before the spin is known */
  async showFirst(blob) {
    const picture = await createImageBitmap(blob).catch(() => null);
    if (!picture || this.loaded) return;
    this.setShape(picture);
    const {canvas} = this.painter;
    canvas.fit();
    canvas.draw('first', picture, new Viewport().layout(canvas.size, canvas.ratio, picture, 0));
    this.dispatchEvent(new CustomEvent('poster'));
  }

  /**
   * @param {number} index  of the view
   * @param {Blob} blob  its encoded picture
   */
  addFrame(index, blob) {
    this.loaded?.pictures.add(index, blob);
  }

  /** Updates the state and the dial after a picture has been decoded, or has failed. */
  progress() {
    const {turn, pictures} = /** @type {Loaded} */ (this.loaded);
    const count = pictures.doneCount;
    this.painter.dial.showLoaded((100 * count) / pictures.views.length);
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

  /** @param {SpinError} error */
  fail(error) {
    if (!this.loaded?.pictures.hasAny) this.shell.say(error.sentence);
    this.dispatchEvent(new CustomEvent('error', {detail: error}));
  }

  /** 'loading', 'ready' (the coarse ring is there, so it can be turned) or 'complete'. */
  get state() { return this.getAttribute('state'); }

  /** @param {'loading' | 'ready' | 'complete'} state */
  setState(state) { this.setAttribute('state', state); }

  /** The user has taken over: any motion stops and the hint goes. */
  use() {
    this.stop();
    this.isUsed = true;
    if (this.loaded) useBudget(this.loaded.pictures);
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

  /** Draws at once, because resizing clears the canvas. */
  fit() {
    this.painter.canvas.fit();
    this.draw();
    this.wake();
  }

  /** Requests a drawing. */
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
    const {loaded: {turn, pictures}, painter: {canvas}} = this;
    const index = this.painter.draw(this.loaded, this.viewport, this.betweenMode, !turn.motion && !this.input.isHolding);
    if (index < 0 || !canvas.size.width) return;
    if (index !== pictures.shown) {
      pictures.show(index);
      if (turn.motion?.kind !== 'sway') this.announce();
      this.dispatchEvent(new CustomEvent('change', {detail: {azimuth: this.azimuth, frame: index}}));
    }
    pictures.sharpen(canvas.box.width * canvas.ratio * this.zoom);
  }

  /** @returns {BetweenMode} an element that nobody uses fetches no depth */
  get betweenMode() {
    const mode = this.getAttribute('between');
    return mode === 'off' || mode === 'always' ? mode : this.isUsed ? 'auto' : 'off';
  }

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
  get src() { return this.getAttribute('src') ?? ''; }
  set src(address) { this.setAttribute('src', address); }
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

  // -- read by Input and by the tests

  get turn() { return this.loaded?.turn ?? null; }
  get stageWidth() { return this.painter.canvas.box.width; }
  get position() { return this.turn?.position ?? 0; }
  get over() { return this.turn?.over ?? 0; }
  get motion() { return this.turn?.motion ?? null; }
  get views() { return this.loaded?.pictures.views ?? []; }
  get sharp() { return this.loaded?.pictures.sharp ?? null; }
}

if (!customElements.get('rotating-view')) customElements.define('rotating-view', RotatingView);
