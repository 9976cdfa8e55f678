// <rotating-view>: pictures taken round an item, turned by hand. No dependency; works from file://.
//
// What to show, one of:
//   - the attribute src="frames.json" (the `frames` export on a server), or
//   - children, as the `html` export writes them: <script type="application/json" data-spin> first, then an
//     <img data-frame="i"> or <script type="text/plain" data-frame="i" data-type="image/webp"> of base64 each;
//     a page that is still arriving shows what it has, or
//   - load(description) and addFrame(index, blob).
// Attributes: src; label (what it shows); hint (the words on the picture); start (degrees); sway="off";
//   wheel="ctrl" (zoom only with the Ctrl key, for long pages). `state` reads loading, ready (draggable), complete.
// Properties: azimuth (degrees, settable), frame, frameCount, zoom (1 and up, settable). Methods: turnTo(degrees),
//   load, addFrame. Events: ready, complete, change {azimuth, frame}, zoom, error.
//
// Azimuth is the camera's: it grows counter-clockwise seen from above. A drag to the right turns the front of
// the item to the right, as a hand would; the camera then goes clockwise, so the azimuth falls.
(() => {
'use strict';

const COARSE = 8;            // every 8th picture makes the ring that is awaited first
const TURN_PER_WIDTH = 180;  // degrees for a drag over the whole width
const GLIDE_MS = 300;        // time constant of the glide after a drag
const MAX_ZOOM = 6;

const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const mod = (x, n) => ((x % n) + n) % n;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const coarsePointer = matchMedia('(pointer: coarse)');

const CSS = `
:host{display:block;position:relative;aspect-ratio:var(--rv-width,1)/var(--rv-height,1);color-scheme:light dark;
 overflow:hidden;border-radius:var(--rv-radius,16px);background:var(--rv-background,transparent);
 font:500 14px/1.2 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-tap-highlight-color:transparent}
:host([hidden]){display:none}
:host(:fullscreen),:host([expanded]){border-radius:0!important;background:Canvas!important;aspect-ratio:auto!important;
 width:auto!important;height:auto!important;max-width:none!important;max-height:none!important}
:host([expanded]){position:fixed!important;inset:0!important;z-index:2147483647}
.stage{position:absolute;inset:0;touch-action:pan-y;cursor:grab;user-select:none;-webkit-user-select:none;outline:none;
 border-radius:inherit;overflow:hidden}
.stage.held{cursor:grabbing}
.stage.zoomed{touch-action:none;cursor:move}
.stage:focus-visible::after{content:"";position:absolute;inset:0;border-radius:inherit;pointer-events:none;
 box-shadow:inset 0 0 0 3px Highlight,inset 0 0 0 5px Canvas}
canvas,::slotted(img){position:absolute;inset:0;width:100%;height:100%;display:block}
::slotted(img){object-fit:contain;pointer-events:none}
.drawn ::slotted(img){visibility:hidden}
.glass{background:rgb(255 255 255/.72);color:#16181d;-webkit-backdrop-filter:blur(14px) saturate(1.6);
 backdrop-filter:blur(14px) saturate(1.6);box-shadow:0 1px 2px rgb(0 0 0/.12),0 4px 16px rgb(0 0 0/.12);border-radius:999px}
.turn{position:absolute;left:50%;bottom:clamp(8px,3%,20px);transform:translateX(-50%);display:flex;align-items:center;
 height:40px;padding:0 14px;cursor:ew-resize;touch-action:none;max-width:calc(100% - 24px);box-sizing:border-box}
.turn svg{flex:none;width:68px;height:26px;overflow:visible}
.turn path,.turn circle{fill:none;stroke:currentColor;stroke-width:2.5;stroke-linecap:round}
.turn .track{opacity:.16}.turn .loaded{opacity:.5;transition:stroke-dasharray .3s}
.turn .dot{fill:currentColor;stroke:none}
.hint{overflow:hidden;white-space:nowrap;max-width:16em;padding-left:12px;transition:max-width .5s,opacity .3s,padding .5s}
.used .hint{max-width:0;padding-left:0;opacity:0}
.tools{position:absolute;right:clamp(8px,2%,16px);top:clamp(8px,2%,16px);display:flex;padding:2px}
button{all:unset;box-sizing:border-box;width:36px;height:36px;display:grid;place-items:center;border-radius:50%;cursor:pointer}
button:hover{background:rgb(127 127 127/.2)}
button:focus-visible{box-shadow:inset 0 0 0 2px currentColor}
button[disabled]{opacity:.35;cursor:default}
button svg{width:18px;height:18px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.wait{position:absolute;left:50%;top:50%;width:40px;height:40px;margin:-20px;border-radius:50%;pointer-events:none;
 border:3px solid rgb(127 127 127/.3);border-top-color:CanvasText;box-sizing:border-box;animation:spin 1s linear infinite}
.drawn~.wait,.poster~.wait{display:none}
.message{position:absolute;inset:0;display:grid;place-items:center;padding:24px;text-align:center;color:CanvasText}
.message:empty{display:none}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@keyframes spin{to{transform:rotate(1turn)}}
@media (prefers-color-scheme:dark){.glass{background:rgb(28 30 36/.7);color:#f4f5f7}}
@media (pointer:coarse){button{width:44px;height:44px}.in,.out{display:none}}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
@media (forced-colors:active){.glass{background:Canvas;color:CanvasText;border:1px solid}}
@media print{.turn,.tools,.wait{display:none}}
`;

const icon = (d) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${d}"/></svg>`;
const WIDEN = 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5';
const NARROW = 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5';
const HTML = `<style>${CSS}</style>
<div class="stage" part="stage" role="slider" tabindex="0" aria-describedby="keys" aria-valuemin="0" aria-valuemax="0"
 aria-valuenow="0"><slot></slot><canvas part="canvas" aria-hidden="true"></canvas></div>
<div class="turn glass" part="turn" aria-hidden="true"><svg viewBox="-34 -13 68 26"><path class="track"/>
<path class="loaded" pathLength="100" stroke-dasharray="0 100"/><circle class="dot" r="5"/></svg><span class="hint"></span></div>
<div class="tools glass" part="tools"><button class="out" aria-label="Zoom out" title="Zoom out">${icon('M5 12h14')}</button>
<button class="in" aria-label="Zoom in" title="Zoom in">${icon('M5 12h14M12 5v14')}</button>
<button class="full" aria-label="Full screen" title="Full screen" aria-pressed="false">${icon(WIDEN)}</button></div>
<div class="wait"></div><div class="message" role="alert"></div>
<span class="hidden" id="keys">Turn it with the left and right arrow keys, or by dragging. Plus and minus zoom, Home goes back.</span>`;

// Bytes of base64 text, without the detour of a data: request, which a strict page policy would forbid.
function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}

async function decode(blob, width, height, scale) {
  if (self.createImageBitmap) {
    if (scale >= 1) return createImageBitmap(blob);
    const resizeWidth = Math.max(1, Math.round(width * scale));
    const resizeHeight = Math.max(1, Math.round(height * scale));
    return createImageBitmap(blob, {resizeWidth, resizeHeight, resizeQuality: 'high'});
  }
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  return image;
}

class RotatingView extends HTMLElement {
  static observedAttributes = ['src', 'label', 'hint'];

  constructor() {
    super();
    const root = this.attachShadow({mode: 'open'});
    root.innerHTML = HTML;
    const get = (selector) => root.querySelector(selector);
    this.ui = {stage: get('.stage'), canvas: get('canvas'), turn: get('.turn'), track: get('.track'), loaded: get('.loaded'),
      dot: get('.dot'), hint: get('.hint'), tools: get('.tools'), in: get('.in'), out: get('.out'), full: get('.full'),
      message: get('.message')};
    this.context = this.ui.canvas.getContext('2d', {alpha: true});
    this.pointers = new Map();
    this.reset();
    this.listen();
  }

  reset() {
    this.views = [];       // {azimuth, blob, picture, failed, busy}
    this.spin = null;
    this.position = 0;     // degrees; within the arc when it is open
    this.over = 0;         // degrees pulled beyond an end, sprung back
    this.scale_ = 1;       // zoom
    this.pan = [0, 0];     // CSS px from the centre
    this.motion = null;
    this.sharp = null;     // the shown picture at full size, when the ring is held smaller
    this.shown = -1;
    this.decoding = 0;
    this.drawnKey = '';
  }

  // -- what to show

  connectedCallback() {
    if (!this.state) this.setState('loading');
    this.attributeChangedCallback();
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(this.ui.stage);
    this.watcher = new MutationObserver(() => this.scan());
    this.watcher.observe(this, {childList: true});
    document.addEventListener('DOMContentLoaded', () => this.scan(), {once: true});
    this.scan();
  }

  disconnectedCallback() {
    this.resizer.disconnect();
    this.watcher.disconnect();
    this.motion = null;
  }

  attributeChangedCallback() {
    this.ui.hint.textContent = this.getAttribute('hint') ?? 'Drag to turn';
    this.ui.stage.setAttribute('aria-label', this.getAttribute('label') || this.spin?.title || 'Rotating view');
    const source = this.getAttribute('src');
    if (!this.isConnected || source === (this.source ?? null)) return;
    this.source = source;
    if (source) this.fetchAll(source);
  }

  // Takes over the children that have arrived whole: the last one may still be growing while the page loads.
  scan() {
    for (const child of [...this.children]) {
      if (!child.nextSibling && document.readyState === 'loading') return;
      if (child.matches('script[data-spin]')) this.load(JSON.parse(child.textContent));
      else if (!child.dataset.frame || child.taken) continue;
      else if (child.localName === 'img') {
        const [type, data] = child.src.slice(5).split(';base64,');
        if (data) this.addFrame(+child.dataset.frame, new Blob([bytesOf(data)], {type}));
        this.ui.stage.classList.add('poster');
        child.taken = true;
        continue;
      } else this.addFrame(+child.dataset.frame, new Blob([bytesOf(child.textContent)], {type: child.dataset.type}));
      child.remove();
    }
  }

  load(spin) {
    if (!spin.frames?.length) throw new Error('a spin without frames');
    this.reset();
    this.spin = spin;
    this.views = spin.frames.map((frame) => ({azimuth: frame.azimuth_deg}));
    this.first = this.views[0].azimuth;
    this.last = this.views[this.views.length - 1].azimuth;
    this.arc = spin.closed ? 360 : this.last - this.first;
    this.step = this.arc / Math.max(1, this.views.length - (spin.closed ? 0 : 1));
    // An open arc starts in its middle, where it can be turned both ways.
    const start = parseFloat(this.getAttribute('start') ?? (spin.closed ? this.first : (this.first + this.last) / 2));
    this.home = this.views[this.nearest(start)].azimuth;
    this.position = this.home;
    const budget = (coarsePointer.matches ? 32e6 : 64e6) / this.views.length;
    this.held = Math.min(1, Math.sqrt(budget / (spin.width * spin.height)));
    this.style.setProperty('--rv-width', spin.width);
    this.style.setProperty('--rv-height', spin.height);
    this.attributeChangedCallback();
    const stage = this.ui.stage;
    stage.setAttribute('aria-valuemin', Math.round(spin.closed ? 0 : this.first));
    stage.setAttribute('aria-valuemax', Math.round(spin.closed ? 360 : this.last));
    this.ui.track.setAttribute('d', this.dialPath(this.home, 360));
    this.ui.loaded.setAttribute('d', this.dialPath(spin.closed ? this.home : this.first, this.arc));
    this.ui.message.textContent = '';
    this.ui.out.disabled = true;
    stage.classList.remove('drawn', 'zoomed');
    this.setState('loading');
    this.fit();
    this.announce();
  }

  addFrame(index, blob) {
    const view = this.views[index];
    if (!view || view.blob) return;
    view.blob = blob;
    this.pump();
  }

  async fetchAll(source) {
    try {
      const url = new URL(source, document.baseURI);
      const spin = await this.fetched(url, 'json');
      this.load(spin);
      const order = spin.frames.map((_, i) => i).sort((a, b) => this.rank(a) - this.rank(b) || a - b);
      const next = async () => {
        for (let i; this.spin === spin && (i = order.shift()) !== undefined;)
          this.addFrame(i, await this.fetched(new URL(spin.frames[i].file, url), 'blob'));
      };
      await Promise.all(Array.from({length: 6}, next));
    } catch (error) {
      this.fail(error);
    }
  }

  async fetched(url, kind) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
    return answer[kind]();
  }

  fail(error) {
    if (!this.views.some((view) => view.picture)) this.ui.message.textContent = 'This view could not be loaded.';
    this.dispatchEvent(new CustomEvent('error', {detail: error}));
  }

  // Coarse rings first: 0 for every 8th, 1 for every 4th, ...
  rank(i) { return i % COARSE === 0 ? 0 : i % 4 === 0 ? 1 : i % 2 === 0 ? 2 : 3; }

  // -- decoding

  // Starts decoding what matters most: the first picture, the coarse ring, then what is near the present one.
  pump() {
    while (this.decoding < 3) {
      let best = null, bestCost = Infinity;
      for (let i = 0; i < this.views.length; ++i) {
        const view = this.views[i];
        if (!view.blob || view.picture || view.busy || view.failed) continue;
        const away = Math.abs(this.delta(this.position, view.azimuth));
        const cost = away < this.step / 2 ? -1 : (this.isReady ? 0 : this.rank(i) * 1000) + away;
        if (cost < bestCost) [best, bestCost] = [view, cost];
      }
      if (!best) return;
      this.decodeInto(best, this.spin);
    }
  }

  async decodeInto(view, spin) {
    view.busy = true;
    ++this.decoding;
    try {
      view.picture = await decode(view.blob, spin.width, spin.height, this.held);
    } catch (error) {
      view.failed = true;
      if (this.spin === spin) this.fail(error);
    }
    if (this.spin !== spin) return;
    view.busy = false;
    --this.decoding;
    this.progress();
    this.wake();
    this.pump();
  }

  progress() {
    const done = (view) => view.picture || view.failed;
    const count = this.views.filter(done).length;
    this.ui.loaded.setAttribute('stroke-dasharray', `${(100 * count) / this.views.length} 100`);
    if (!this.isReady && this.views.every((view, i) => i % COARSE || done(view))) {
      this.setState('ready');
      this.sway();
      this.dispatchEvent(new CustomEvent('ready'));
    }
    if (count < this.views.length || this.state === 'complete') return;
    this.setState('complete');
    this.dispatchEvent(new CustomEvent('complete'));
  }

  get state() { return this.getAttribute('state'); }
  get isReady() { return this.state !== 'loading'; }
  setState(state) { this.setAttribute('state', state); }

  // Where the ring is held smaller than it is shown, the picture at rest is decoded again at full size.
  sharpen() {
    const view = this.views[this.shown];
    if (view === this.settling) return;
    clearTimeout(this.resting);
    this.settling = view;
    if (!view?.picture || this.held >= 1 || this.sharp?.view === view) return;
    if (this.box.width * this.ratio * this.scale_ <= view.picture.width * 1.05) return (this.settling = null);
    this.resting = setTimeout(async () => {
      const picture = await decode(view.blob, 0, 0, 1).catch(() => null);
      if (!picture || this.views[this.shown] !== view) return;
      this.sharp?.picture.close?.();
      this.sharp = {view, picture};
      this.wake();
    }, 140);
  }

  // -- angles

  // The way from a to b, the shorter one round a closed ring.
  delta(a, b) { return this.spin.closed ? mod(b - a + 180, 360) - 180 : b - a; }

  nearest(azimuth, usable = () => true) {
    let best = -1, bestAway = Infinity;
    this.views.forEach((view, i) => {
      const away = Math.abs(this.delta(azimuth, view.azimuth));
      if (away < bestAway - 1e-9 && usable(view)) [best, bestAway] = [i, away];
    });
    return best;
  }

  // Moves to a position; beyond the end of an open arc the picture only gives a little.
  place(azimuth) {
    this.position = this.spin.closed ? mod(azimuth, 360) : clamp(azimuth, this.first, this.last);
    this.over = this.spin.closed ? 0 : azimuth - this.position;
    this.wake();
  }

  // The angle of a view near `azimuth`, so that a motion ends exactly on a picture.
  snapped(azimuth) {
    const inside = this.spin.closed ? azimuth : clamp(azimuth, this.first, this.last);
    return inside + this.delta(mod(inside, 360), this.views[this.nearest(inside)].azimuth);
  }

  glide(to, tau = GLIDE_MS) {
    to = this.snapped(to);
    if (calm.matches || tau === 0) {
      this.motion = null;
      this.place(to);
    } else {
      this.motion = {from: this.position, to, tau, since: performance.now()};
      this.wake();
    }
    if (!this.pointers.size) this.announce();
  }

  // A gentle nod that shows it can be turned, until somebody does; it rests more than it moves.
  sway() {
    if (this.used || calm.matches || this.getAttribute('sway') === 'off' || this.views.length < 3) return;
    const reach = clamp(14, this.step * 1.2, this.arc / 3);
    this.motion = {sway: reach, from: this.home, since: performance.now() + 600};
    this.wake();
  }

  use() {
    this.motion = null;
    if (this.used) return;
    this.used = true;
    this.ui.turn.classList.add('used');
  }

  // -- drawing

  fit() {
    const box = this.ui.stage.getBoundingClientRect();
    this.box = {width: this.ui.stage.clientWidth || box.width, height: this.ui.stage.clientHeight || box.height};
    this.ratio = Math.min(devicePixelRatio || 1, 4096 / Math.max(1, this.box.width, this.box.height));
    const [width, height] = [Math.round(this.box.width * this.ratio), Math.round(this.box.height * this.ratio)];
    const canvas = this.ui.canvas;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height, this.drawnKey] = [width, height, ''];
    this.wake(true);
  }

  wake(now) {
    if (!this.spin) return;
    if (now) this.draw();
    this.waiting ??= requestAnimationFrame((time) => {
      this.waiting = null;
      this.advance(time);
    });
  }

  advance(time) {
    const motion = this.motion;
    if (motion?.sway) {
      const seconds = Math.max(0, time - motion.since) / 1000 % 8;
      const swing = seconds < 4.8 ? Math.sin((seconds / 4.8) * 2 * Math.PI) * Math.sin((seconds / 4.8) * Math.PI) : 0;
      const to = motion.from + motion.sway * swing;
      this.place(this.spin.closed ? to : clamp(to, this.first, this.last));
    } else if (motion) {
      const left = (motion.to - motion.from) * Math.exp(-Math.max(0, time - motion.since) / motion.tau);
      const done = Math.abs(left) < Math.min(0.1, this.step / 20);
      this.place(done ? motion.to : motion.to - left);
      if (done) this.motion = null;
    } else if (this.over && !this.pointers.size) {
      this.over = Math.abs(this.over) < 0.2 ? 0 : this.over * 0.82;
      this.wake();
    }
    this.draw();
  }

  // Size and place of the picture on the canvas, in canvas px.
  layout() {
    const {width, height} = this.ui.canvas;
    const fit = Math.min(width / this.spin.width, height / this.spin.height) * this.scale_;
    const [w, h] = [this.spin.width * fit, this.spin.height * fit];
    const room = [Math.max(0, w - width) / 2 / this.ratio, Math.max(0, h - height) / 2 / this.ratio];
    this.pan = this.pan.map((value, axis) => clamp(value, -room[axis], room[axis]));
    const give = -Math.tanh(this.over / 30) * 0.04 * width;
    const round = (value) => this.scale_ > 1 ? value : Math.round(value);
    return [round((width - w) / 2 + this.pan[0] * this.ratio + give), round((height - h) / 2 + this.pan[1] * this.ratio), w, h];
  }

  draw() {
    if (!this.spin) return;
    const index = this.nearest(this.position, (view) => view.picture);
    this.drawDial();
    if (index < 0 || !this.ui.canvas.width) return;
    const view = this.views[index];
    const picture = this.sharp?.view === view ? this.sharp.picture : view.picture;
    const [x, y, w, h] = this.layout();
    const key = [index, picture.width, x, y, w, h].join();
    if (key !== this.drawnKey) {
      const {context, ui: {canvas}} = this;
      context.imageSmoothingQuality = 'high';
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, x, y, w, h);
      this.drawnKey = key;
      this.ui.stage.classList.add('drawn');
    }
    if (index !== this.shown) {
      this.shown = index;
      if (!this.motion?.sway) this.announce();
      this.dispatchEvent(new CustomEvent('change', {detail: {azimuth: this.azimuth, frame: index}}));
    }
    this.sharpen();
  }

  announce() {
    const index = Math.max(0, this.nearest(this.position));
    const degrees = Math.round(this.views[index].azimuth);
    const place = `view ${index + 1} of ${this.views.length}`;
    this.ui.stage.setAttribute('aria-valuenow', degrees);
    this.ui.stage.setAttribute('aria-valuetext', this.spin.angles === false ? place : `${degrees} degrees, ${place}`);
  }

  // The dial is the turning circle seen from above the front: the dot is the point of the item that faced us at
  // the start, and goes with the hand.
  dialPoint(azimuth) {
    const angle = ((azimuth - this.home) * Math.PI) / 180;
    return `${(-30 * Math.sin(angle)).toFixed(2)} ${(9 * Math.cos(angle)).toFixed(2)}`;
  }

  dialPath(from, arc) {
    return 'M' + Array.from({length: 73}, (_, i) => this.dialPoint(from + (arc * i) / 72)).join('L');
  }

  drawDial() {
    const [x, y] = this.dialPoint(this.position).split(' ');
    this.ui.dot.setAttribute('cx', x);
    this.ui.dot.setAttribute('cy', y);
  }

  // -- hands

  listen() {
    const {stage, turn, tools} = this.ui;
    for (const area of [stage, turn]) {
      area.addEventListener('pointerdown', (event) => this.down(event, area));
      area.addEventListener('pointermove', (event) => this.move(event));
      for (const type of ['pointerup', 'pointercancel']) area.addEventListener(type, (event) => this.up(event));
    }
    stage.addEventListener('wheel', (event) => this.wheel(event), {passive: false});
    stage.addEventListener('dblclick', (event) => this.zoomAt(this.scale_ > 1 ? 1 : 2.5, event.clientX, event.clientY));
    stage.addEventListener('dragstart', (event) => event.preventDefault());
    this.shadowRoot.addEventListener('keydown', (event) => this.key(event));
    tools.addEventListener('click', (event) => {
      this.use();
      const button = event.target.closest('button');
      if (button === this.ui.in) this.zoom = this.scale_ * 1.5;
      if (button === this.ui.out) this.zoom = this.scale_ / 1.5;
      if (button === this.ui.full) this.toggleFull();
    });
    this.addEventListener('fullscreenchange', () => this.showFull());
    calm.addEventListener?.('change', () => { if (calm.matches) this.motion = null; });
  }

  down(event, area) {
    if (!this.spin || event.button > 0) return;
    this.use();
    area.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    const pans = area === this.ui.stage && this.scale_ > 1 && !event.shiftKey;
    this.drag = {pans, trail: [], at: this.position + this.over};
    this.ui.stage.classList.add('held');
  }

  move(event) {
    const pointer = this.pointers.get(event.pointerId);
    if (!pointer) return;
    const before = this.span();
    const dx = event.clientX - pointer.x, dy = event.clientY - pointer.y;
    pointer.x = event.clientX;
    pointer.y = event.clientY;
    if (this.pointers.size > 1) this.pinch(before, this.span());
    else if (this.drag.pans) this.panBy(dx, dy);
    else this.turnByHand(dx, event.timeStamp);
  }

  turnByHand(dx, time) {
    const reach = this.spin.closed ? TURN_PER_WIDTH : clamp(this.arc * 1.2, 45, TURN_PER_WIDTH);
    this.drag.at -= (dx * reach) / Math.max(1, this.box.width);
    if (!this.spin.closed) this.drag.at = clamp(this.drag.at, this.first - 40, this.last + 40);
    this.drag.trail.push([time, this.drag.at]);
    while (time - this.drag.trail[0][0] > 90) this.drag.trail.shift();
    this.place(this.drag.at);
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    if (this.pointers.size) {
      this.drag = {pans: this.scale_ > 1, trail: [], at: this.position};
      return;
    }
    this.ui.stage.classList.remove('held');
    const trail = this.drag.trail;
    const [first, last] = [trail[0], trail[trail.length - 1]];
    const fresh = last && event.timeStamp - last[0] < 50 && last[0] > first[0] && event.type === 'pointerup';
    const speed = fresh ? (last[1] - first[1]) / (last[0] - first[0]) : 0;  // degrees a millisecond
    if (this.over) this.wake();
    else if (!this.drag.pans) this.glide(this.position + clamp(speed, -1.5, 1.5) * GLIDE_MS);
  }

  // Middle and width of what two fingers hold.
  span() {
    const [a, b] = [...this.pointers.values()];
    return b && {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, size: Math.hypot(a.x - b.x, a.y - b.y)};
  }

  pinch(before, after) {
    this.zoomAt(this.scale_ * (after.size / Math.max(1, before.size)), after.x, after.y);
    this.panBy(after.x - before.x, after.y - before.y);
  }

  panBy(dx, dy) {
    this.pan = [this.pan[0] + dx, this.pan[1] + dy];
    this.wake();
  }

  // Zooms so that what is under (x, y), in client px, stays there.
  zoomAt(scale, x, y) {
    if (!this.spin) return;
    this.use();
    scale = clamp(scale, 1, MAX_ZOOM);
    const box = this.ui.stage.getBoundingClientRect();
    const off = [(x ?? box.left + box.width / 2) - box.left - box.width / 2, (y ?? box.top + box.height / 2) - box.top - box.height / 2];
    this.pan = this.pan.map((value, axis) => off[axis] - (off[axis] - value) * (scale / this.scale_));
    if (scale < 1.01) scale = 1;
    const changed = scale !== this.scale_;
    this.scale_ = scale;
    this.ui.stage.classList.toggle('zoomed', scale > 1);
    this.ui.out.disabled = scale === 1;
    this.ui.in.disabled = scale === MAX_ZOOM;
    this.wake();
    if (changed) this.dispatchEvent(new CustomEvent('zoom', {detail: {zoom: scale}}));
  }

  wheel(event) {
    if (!this.spin || (this.getAttribute('wheel') === 'ctrl' && !event.ctrlKey && !document.fullscreenElement)) return;
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && !event.ctrlKey) {
      this.use();
      this.glide(this.position + event.deltaX * unit * 0.15, 60);
    } else {
      if (event.deltaY > 0 && this.scale_ === 1 && !event.ctrlKey) return;  // nothing to do: let the page scroll
      this.zoomAt(this.scale_ * Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX, event.clientY);
    }
    event.preventDefault();
  }

  key(event) {
    if (!this.spin || event.altKey || event.ctrlKey || event.metaKey) return;
    const far = Math.max(this.step, this.spin.closed ? 45 : this.arc / 4);
    const target = this.motion && !this.motion.sway ? this.motion.to : this.position;
    const actions = {
      ArrowRight: () => this.glide(target - this.step, 0),
      ArrowLeft: () => this.glide(target + this.step, 0),
      ArrowUp: () => this.glide(target + this.step, 0),
      ArrowDown: () => this.glide(target - this.step, 0),
      PageUp: () => this.glide(target + far, 120),
      PageDown: () => this.glide(target - far, 120),
      Home: () => { this.zoomAt(1); this.turnTo(this.home); },
      End: () => this.turnTo(this.spin.closed ? this.home + 180 : this.last),
      '+': () => { this.zoom = this.scale_ * 1.25; },
      '-': () => { this.zoom = this.scale_ / 1.25; },
      '0': () => this.zoomAt(1),
      f: () => this.toggleFull(),
      Escape: () => this.hasAttribute('expanded') ? this.toggleFull() : this.zoomAt(1),
    };
    const action = actions[{'=': '+', '_': '-', F: 'f'}[event.key] ?? event.key];
    if (!action || (event.key === 'Escape' && this.scale_ === 1 && !this.hasAttribute('expanded'))) return;
    event.preventDefault();
    this.use();
    action();
  }

  // Phones that keep full screen for videos get the same by position: fixed.
  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.hasAttribute('expanded')) this.removeAttribute('expanded');
    else if (this.requestFullscreen) this.requestFullscreen().catch(() => { this.setAttribute('expanded', ''); this.showFull(); });
    else this.setAttribute('expanded', '');
    this.showFull();
  }

  showFull() {
    const full = document.fullscreenElement === this || this.hasAttribute('expanded');
    const button = this.ui.full;
    button.setAttribute('aria-pressed', full);
    button.title = full ? 'Leave full screen' : 'Full screen';
    button.querySelector('path').setAttribute('d', full ? NARROW : WIDEN);
    this.fit();
  }

  // -- properties

  get azimuth() { return this.spin ? this.views[this.nearest(this.position)].azimuth : 0; }
  set azimuth(degrees) {
    if (!this.spin || !Number.isFinite(+degrees)) return;
    this.use();
    this.place(this.spin.closed ? +degrees : clamp(+degrees, this.first, this.last));
    this.draw();
    this.announce();
  }
  get frame() { return this.shown; }
  get frameCount() { return this.views.length; }
  get zoom() { return this.scale_; }
  set zoom(scale) { if (Number.isFinite(+scale)) this.zoomAt(+scale); }

  // Glides there the shorter way.
  turnTo(degrees) {
    if (!this.spin) return;
    this.use();
    this.glide(this.position + this.delta(this.position, degrees), 120);
  }
}

if (!customElements.get('rotating-view')) customElements.define('rotating-view', RotatingView);
})();
