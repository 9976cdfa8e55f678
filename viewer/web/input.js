// Input: pointers (one turns or pans, two pinch), wheel, keys and buttons call the element's controls.

/** @typedef {import('./shell.js').Shell} Shell */
/** @typedef {import('./turn.js').Turn} Turn */
/** @typedef {import('./viewport.js').Viewport} Viewport */

/** The speed at release is measured over the drag's last part of this length, ms. */
const TRAIL_MS = 90;
/** A pointer that rests this long before its release does not start a glide, ms. */
const STILL_MS = 50;

/**
 * What input can do to the element, which implements this.
 * @typedef {object} Controls
 * @property {Turn | null} turn  null before a spin is loaded; input is ignored then
 * @property {Viewport} viewport
 * @property {number} stageWidth  CSS px
 * @property {number} zoom
 * @property {() => void} use  stops any motion and hides the hint
 * @property {() => void} wake  requests a drawing
 * @property {(azimuth: number) => void} place
 * @property {(azimuth: number, tau?: number) => void} glide
 * @property {(degrees: number) => void} turnTo
 * @property {(scale: number, x?: number, y?: number) => void} zoomAt
 * @property {() => void} toggleFull
 * @property {boolean} isExpanded  whether it fills the window without the browser's full screen
 * @property {(name: string) => string | null} getAttribute
 */

/** @typedef {{x: number, y: number}} Point  client px */

/**
 * A drag: whether it pans, the azimuth it holds, and [time, azimuth] of its last movements.
 * @typedef {{pans: boolean, at: number, trail: [number, number][]}} Drag
 */

/** @type {Record<string, string>}  keys that do the same as another */
const KEY_SYNONYMS = {'=': '+', '_': '-', F: 'f'};

export class Input {
  /**
   * Listens to the parts of `shell` for as long as they exist.
   * @param {Shell} shell
   * @param {Controls} controls
   */
  constructor(shell, controls) {
    this.shell = shell;
    this.controls = controls;
    /** @type {Map<number, Point>} */
    this.pointers = new Map();
    /** @type {Drag} */
    this.drag = {pans: false, at: 0, trail: []};
    const {stage, turn, tools, root} = shell;
    for (const area of [stage, turn]) {
      area.addEventListener('pointerdown', (event) => this.down(event, area));
      area.addEventListener('pointermove', (event) => this.move(event));
      area.addEventListener('pointerup', (event) => this.up(event));
      area.addEventListener('pointercancel', (event) => this.up(event));
    }
    stage.addEventListener('wheel', (event) => this.wheel(event), {passive: false});
    stage.addEventListener('dblclick', (event) =>
      controls.zoomAt(controls.zoom > 1 ? 1 : 2.5, event.clientX, event.clientY));
    stage.addEventListener('dragstart', (event) => event.preventDefault());
    root.addEventListener('keydown', (event) => this.key(/** @type {KeyboardEvent} */ (event)));
    tools.addEventListener('click', (event) => this.click(/** @type {Element} */ (event.target)));
  }

  /** Whether a pointer holds it. */
  get isHolding() {
    return this.pointers.size > 0;
  }

  /**
   * @param {PointerEvent} event
   * @param {HTMLElement} area  that was pressed
   */
  down(event, area) {
    const {controls, controls: {turn}} = this;
    if (!turn || event.button > 0) return;
    controls.use();
    area.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    const pans = area === this.shell.stage && controls.zoom > 1 && !event.shiftKey;
    this.drag = {pans, trail: [], at: turn.position + turn.over};
    this.shell.showHeld(true);
  }

  /** @param {PointerEvent} event */
  move(event) {
    const pointer = this.pointers.get(event.pointerId);
    if (!pointer) return;
    const before = this.span();
    const dx = event.clientX - pointer.x, dy = event.clientY - pointer.y;
    pointer.x = event.clientX;
    pointer.y = event.clientY;
    const after = this.span();
    if (before && after) this.pinch(before, after);
    else this.dragBy(dx, dy, event.timeStamp);
  }

  /**
   * A zoomed picture is moved until its edge is reached; what the hand goes beyond that turns it.
   * @param {number} dx
   * @param {number} dy  px
   * @param {number} time  ms
   */
  dragBy(dx, dy, time) {
    const rest = this.drag.pans ? this.panBy(dx, dy) : dx;
    if (rest) this.turnByHand(rest, time);
  }

  /**
   * @param {number} dx  px to the right
   * @param {number} time  ms
   */
  turnByHand(dx, time) {
    const {controls, drag} = this;
    const turn = /** @type {Turn} */ (controls.turn);
    drag.at = turn.dragged(drag.at, dx, controls.stageWidth);
    drag.trail.push([time, drag.at]);
    while (time - drag.trail[0][0] > TRAIL_MS) drag.trail.shift();
    controls.place(drag.at);
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    const {controls, drag} = this;
    const turn = /** @type {Turn} */ (controls.turn);
    if (this.isHolding) {
      this.drag = {pans: controls.zoom > 1, trail: [], at: turn.position};
      return;
    }
    this.shell.showHeld(false);
    const speed = event.type === 'pointerup' ? speedAt(event.timeStamp, drag.trail) : 0;
    if (turn.over) controls.wake();
    else if (!drag.pans || drag.trail.length) controls.glide(turn.glideEnd(speed));
  }

  /**
   * @returns {Point & {size: number} | undefined} center and distance of two pointers
   */
  span() {
    const [a, b] = [...this.pointers.values()];
    return b && {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, size: Math.hypot(a.x - b.x, a.y - b.y)};
  }

  /**
   * @param {Point & {size: number}} before
   * @param {Point & {size: number}} after
   */
  pinch(before, after) {
    this.controls.zoomAt(this.controls.zoom * (after.size / Math.max(1, before.size)), after.x, after.y);
    this.panBy(after.x - before.x, after.y - before.y);
  }

  /**
   * @param {number} dx
   * @param {number} dy  px
   * @returns {number} the part of dx that lies beyond the picture's edge
   */
  panBy(dx, dy) {
    const rest = this.controls.viewport.panBy(dx, dy);
    this.controls.wake();
    return rest;
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const {controls} = this;
    if (!controls.turn) return;
    if (controls.getAttribute('wheel') === 'ctrl' && !event.ctrlKey && !document.fullscreenElement) return;
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && !event.ctrlKey) {
      controls.use();
      controls.glide(controls.turn.position + event.deltaX * unit * 0.15, 60);
    } else {
      // The picture cannot shrink any further, so the page scrolls instead.
      if (event.deltaY > 0 && controls.zoom === 1 && !event.ctrlKey) return;
      const factor = Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016));
      controls.zoomAt(controls.zoom * factor, event.clientX, event.clientY);
    }
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const {controls} = this;
    if (!controls.turn || event.altKey || event.ctrlKey || event.metaKey) return;
    const action = this.actions(controls.turn)[KEY_SYNONYMS[event.key] ?? event.key];
    if (!action || (event.key === 'Escape' && controls.zoom === 1 && !controls.isExpanded)) return;
    event.preventDefault();
    controls.use();
    action();
  }

  /**
   * @param {Turn} turn
   * @returns {Record<string, () => void>} what each key does, relative to where the turn is going
   */
  actions(turn) {
    const {controls} = this;
    const {step, target} = turn;
    const far = Math.max(step, turn.closed ? 45 : turn.arc / 4);
    const by = (/** @type {number} */ degrees, /** @type {number} */ tau) => () =>
      controls.glide(target + degrees, tau);
    return {
      ArrowRight: by(-step, 0),
      ArrowLeft: by(step, 0),
      ArrowUp: by(step, 0),
      ArrowDown: by(-step, 0),
      PageUp: by(far, 120),
      PageDown: by(-far, 120),
      Home: () => { controls.zoomAt(1); controls.turnTo(turn.home); },
      End: () => controls.turnTo(turn.closed ? turn.home + 180 : turn.last),
      '+': () => { controls.zoom *= 1.25; },
      '-': () => { controls.zoom /= 1.25; },
      '0': () => controls.zoomAt(1),
      f: () => controls.toggleFull(),
      Escape: () => controls.isExpanded ? controls.toggleFull() : controls.zoomAt(1),
    };
  }

  /** @param {Element} target  among the buttons */
  click(target) {
    const {controls, shell} = this;
    controls.use();
    const button = target.closest('button');
    if (button === shell.in) controls.zoom *= 1.5;
    if (button === shell.out) controls.zoom /= 1.5;
    if (button === shell.full) controls.toggleFull();
  }
}

/**
 * @param {number} time  of the release, ms
 * @param {[number, number][]} trail  of the drag: time and azimuth
 * @returns {number} degrees per millisecond; 0 if the pointer came to rest
 */
function speedAt(time, trail) {
  if (trail.length === 0) return 0;
  const [first, last] = [trail[0], trail[trail.length - 1]];
  if (time - last[0] >= STILL_MS || last[0] <= first[0]) return 0;
  return (last[1] - first[1]) / (last[0] - first[0]);
}
