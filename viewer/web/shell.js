// The parts of the element around the picture, and the state that they show: by classes and words to the eye,
// by ARIA attributes to assistive technology.

import {HTML, NARROW, WIDEN} from './markup.js';
import {MAX_ZOOM} from './viewport.js';
/** @typedef {import('./turn.js').Turn} Turn */

export class Shell {
  /** @param {ShadowRoot} root  gets the parts */
  constructor(root) {
    root.innerHTML = HTML;
    const get = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
    const button = (/** @type {string} */ selector) => /** @type {HTMLButtonElement} */ (get(selector));
    this.root = root;
    /** Holds the canvas; takes focus and gestures; is a slider whose value is the azimuth. */
    this.stage = get('.stage');
    this.canvas = /** @type {HTMLCanvasElement} */ (get('canvas'));
    this.turn = get('.turn');
    this.track = get('.track');
    this.loaded = get('.loaded');
    this.gap = get('.gap');
    this.dot = get('.dot');
    this.spots = get('.spots');
    this.poster = /** @type {HTMLImageElement} */ (get('.picture'));
    this.hint = get('.hint');
    this.tools = get('.tools');
    this.in = button('.in');
    this.out = button('.out');
    this.full = button('.full');
    this.message = get('.message');
    this.edges = '';
  }

  /**
   * @param {string | null} hint  the words on the picture; null for the default
   * @param {string | undefined} label  what the picture shows
   */
  name(hint, label) {
    this.hint.textContent = hint ?? 'Drag to turn';
    this.stage.setAttribute('aria-label', label || 'Rotating view');
  }

  /**
   * Resets what belongs to one spin.
   * @param {Turn} turn
   */
  setUp(turn) {
    this.stage.setAttribute('aria-valuemin', String(Math.round(turn.closed ? 0 : turn.first)));
    this.stage.setAttribute('aria-valuemax', String(Math.round(turn.closed ? 360 : turn.last)));
    this.stage.classList.remove('zoomed');
    this.out.disabled = true;
    this.say('');
  }

  /**
   * Tells assistive technology the present view.
   * @param {Turn} turn
   * @param {boolean} hasAngles  false if the azimuths are nominal and only the order is known
   */
  announce(turn, hasAngles) {
    const index = Math.max(0, turn.nearest(turn.position));
    const degrees = String(Math.round(turn.azimuths[index]));
    const place = `view ${index + 1} of ${turn.azimuths.length}`;
    this.stage.setAttribute('aria-valuenow', degrees);
    this.stage.setAttribute('aria-valuetext', hasAngles ? `${degrees} degrees, ${place}` : place);
  }

  /** @param {string} message  shown in place of the picture; empty for none */
  say(message) {
    this.message.textContent = message;
    this.stage.classList.toggle('failed', message !== '');
  }

  /** @param {number} scale */
  showZoom(scale) {
    this.stage.classList.toggle('zoomed', scale > 1);
    this.out.disabled = scale === 1;
    this.in.disabled = scale === MAX_ZOOM;
  }

  /** @param {boolean} isHeld  by a pointer */
  showHeld(isHeld) {
    this.stage.classList.toggle('held', isHeld);
  }

  /** The page itself holds a first picture, so that there is no wait to show. */
  showPoster() {
    this.stage.classList.add('poster');
  }

  /** @param {string | null} address  of a picture that is there until the first view has come */
  showPosterOf(address) {
    if ((this.poster.getAttribute('src') ?? '') === (address ?? '')) return;
    this.poster.hidden = !address;
    this.poster.src = address ?? '';
    if (address) this.showPoster();
  }

  /**
   * At the upper and the lower edge of a zoomed picture a finger scrolls the page.
   * @param {import('./viewport.js').Viewport} viewport
   */
  showEdges({scale, pan, room}) {
    const ways = [pan[1] >= room[1] && 'pan-up', pan[1] <= -room[1] && 'pan-down'].filter(Boolean).join(' ');
    const action = scale === 1 ? '' : ways || 'none';
    if (action !== this.edges) this.stage.style.touchAction = this.edges = action;
  }

  /** Hides the hint, which has done its work. */
  showUsed() {
    this.turn.classList.add('used');
  }

  /** @param {boolean} isFull  whether it fills the screen */
  showFull(isFull) {
    this.full.setAttribute('aria-pressed', String(isFull));
    this.full.title = isFull ? 'Leave full screen' : 'Full screen';
    /** @type {Element} */ (this.full.querySelector('path')).setAttribute('d', isFull ? NARROW : WIDEN);
  }
}
