// Drawing: the picture on its canvas, and the dial over it.

/** @typedef {import('./pictures.js').Picture} Picture */
/** @typedef {import('./turn.js').Turn} Turn */
/** @typedef {import('./shell.js').Shell} Shell */

/** Width and height of a canvas are at most this, px: some devices refuse larger ones. */
const MAX_CANVAS = 4096;

export class PictureCanvas {
  /** @param {Shell} shell */
  constructor({stage, canvas}) {
    this.stage = stage;
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', {alpha: true}));
    /** Size of the stage, CSS px. */
    this.box = {width: 0, height: 0};
    /** Canvas px per CSS px. */
    this.ratio = 1;
    this.drawn = '';
  }

  /** @returns {{width: number, height: number}} canvas px; empty while the page gives it no room */
  get size() { return this.canvas; }

  /** Adopts the present size of the stage. */
  fit() {
    const box = this.stage.getBoundingClientRect();
    this.box = {width: this.stage.clientWidth || box.width, height: this.stage.clientHeight || box.height};
    this.ratio = Math.min(devicePixelRatio || 1, MAX_CANVAS / Math.max(1, this.box.width, this.box.height));
    const width = Math.round(this.box.width * this.ratio), height = Math.round(this.box.height * this.ratio);
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.drawn = '';
  }

  /** Forgets what it shows, so that the next picture is drawn in any case. */
  forget() {
    this.drawn = '';
    this.stage.classList.remove('drawn');
  }

  /**
   * Draws a view's picture unless it is there already.
   * @param {number | string} name  of what the picture shows
   * @param {Picture | HTMLCanvasElement} picture
   * @param {number[]} place  left, top, width and height, canvas px
   * @param {number[]} [view]  where the view lies in that, if it is more than the view
   */
  draw(name, picture, [x, y, w, h], view = []) {
    const key = [name, picture.width, x, y, w, h, ...view].join();
    if (key === this.drawn) return;
    this.context.imageSmoothingQuality = 'high';
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.context.drawImage(picture, x, y, w, h);
    this.drawn = key;
    this.stage.classList.add('drawn');
  }
}

// The dial is the turning circle seen from above the front. The dot is the point of the item that faced us at
// the start; it follows the hand. What was not captured is dotted.
export class Dial {
  /** @param {Shell} shell */
  constructor({track, loaded, gap, dot}) {
    this.track = track;
    this.loaded = loaded;
    this.gap = gap;
    this.dot = dot;
  }

  /**
   * Draws the part of the circle that the views cover, and the rest.
   * @param {Turn} turn
   */
  setUp(turn) {
    const covered = dialPath(turn, turn.closed ? turn.home : turn.first, turn.arc);
    this.track.setAttribute('d', covered);
    this.loaded.setAttribute('d', covered);
    const gaps = turn.gaps.map(({from_deg, to_deg}) => dialPath(turn, from_deg, to_deg - from_deg));
    if (!turn.closed) gaps.push(dialPath(turn, turn.last, 360 - turn.arc));
    this.gap.setAttribute('d', gaps.join(''));
  }

  /** @param {number} percent  of the views that have been decoded */
  showLoaded(percent) {
    this.loaded.setAttribute('stroke-dasharray', `${percent} 100`);
  }

  /** @param {Turn} turn  whose position the dot shows */
  point(turn) {
    const [x, y] = dialPoint(turn, turn.position);
    this.dot.setAttribute('cx', x);
    this.dot.setAttribute('cy', y);
  }
}

/**
 * @param {Turn} turn
 * @param {number} azimuth
 * @returns {string[]} x and y on the dial
 */
function dialPoint(turn, azimuth) {
  const angle = ((azimuth - turn.home) * Math.PI) / 180;
  return [(-30 * Math.sin(angle)).toFixed(2), (9 * Math.cos(angle)).toFixed(2)];
}

/**
 * @param {Turn} turn
 * @param {number} from  azimuth
 * @param {number} arc  degrees
 * @returns {string} the path of that arc
 */
function dialPath(turn, from, arc) {
  const points = Array.from({length: 73}, (_, i) => dialPoint(turn, from + (arc * i) / 72).join(' '));
  return 'M' + points.join('L');
}
