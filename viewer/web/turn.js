// The turn: the angles of a spin, the present position among them, and the motions that need no hand (a glide
// after a drag, a sway that invites one, a spring at the end of an open arc). Nothing here knows the page.
//
// All angles are azimuths of the camera in degrees; they grow counter-clockwise seen from above.

import {clamp, mod} from './numbers.js';

/** A drag over the whole width turns a closed ring by this, degrees. */
const DEGREES_PER_WIDTH = 180;
/** Time constant of the glide after a drag, ms. */
const GLIDE_MS = 300;
/** A glide starts no faster than this, degrees per millisecond. */
const MAX_SPEED = 1.5;
/** A drag goes no further beyond the end of an open arc, degrees. */
const MAX_PULL = 40;

/**
 * A glide approaches `to` exponentially; a sway swings `reach` degrees about `from`. Both begin at `since`.
 * @typedef {{kind: 'glide', from: number, to: number, tau: number, since: number}} Glide
 * @typedef {{from_deg: number, to_deg: number}} Gap
 * @typedef {{kind: 'sway', from: number, reach: number, since: number}} Sway
 */

export class Turn {
  /**
   * @param {number[]} azimuths  of the views, degrees, growing; at least one
   * @param {boolean} closed  whether the views go all the way round
   * @param {number} [start]  azimuth to begin with; throws if that is not finite. Default: the first view, or
   *   the middle of an open arc, from where it can be turned both ways.
   * @param {Gap[]} [gaps]  where nothing was captured
   */
  constructor(azimuths, closed, start, gaps = []) {
    this.azimuths = azimuths;
    this.closed = closed;
    this.gaps = gaps;
    this.first = azimuths[0];
    this.last = azimuths[azimuths.length - 1];
    /** Degrees that the views cover. */
    this.arc = closed ? 360 : this.last - this.first;
    /** Degrees from one view to the next, on average. */
    this.step = this.arc / Math.max(1, azimuths.length - (closed ? 0 : 1));
    const begin = start ?? (closed ? this.first : (this.first + this.last) / 2);
    if (!Number.isFinite(begin)) throw new Error('the start of a spin is no angle');
    /** Azimuth of the view that is shown first. */
    this.home = azimuths[this.nearest(begin)];
    /** The present azimuth; within the arc if that is open. */
    this.position = this.home;
    /** Degrees dragged beyond an end; they spring back on release. */
    this.over = 0;
    /** @type {Glide | Sway | null} */
    this.motion = null;
  }

  /**
   * @param {number} a
   * @param {number} b
   * @returns {number} the way from a to b, the shorter one round a closed ring
   */
  delta(a, b) {
    return this.closed ? mod(b - a + 180, 360) - 180 : b - a;
  }

  /**
   * @param {number} index  of a view
   * @returns {number} distance of that view from the position, degrees
   */
  away(index) {
    return Math.abs(this.delta(this.position, this.azimuths[index]));
  }

  /**
   * @param {number} azimuth
   * @param {(index: number) => boolean} [usable]  which views count; default all
   * @returns {number} index of the nearest such view, the lower of two as near; -1 if there is none
   */
  nearest(azimuth, usable = () => true) {
    let best = -1, bestAway = Infinity;
    this.azimuths.forEach((each, i) => {
      const away = Math.abs(this.delta(azimuth, each));
      if (away < bestAway - 1e-9 && usable(i)) [best, bestAway] = [i, away];
    });
    return best;
  }

  /**
   * The two views about an azimuth, and the share of the second: 0 on the first. The C++ owner of this rule is
   * synthesis/nearest_frames.h; a table in the tests holds the two together.
   * @param {number} azimuth
   * @returns {{first: number, second: number, share: number} | null} null beyond an end and within a gap
   */
  between(azimuth) {
    const {azimuths, closed} = this;
    const count = azimuths.length;
    for (let i = 0; i < count - (closed ? 0 : 1); ++i) {
      const second = (i + 1) % count;
      const width = mod(azimuths[second] - azimuths[i], 360), at = mod(azimuth - azimuths[i], 360);
      if (at >= width) continue;
      const isGap = width > 2.5 * this.step || this.gaps.some(({from_deg, to_deg}) =>
        mod(azimuths[i] + width / 2 - from_deg, 360) < to_deg - from_deg);
      return isGap ? null : {first: i, second, share: at / width};
    }
    return null;
  }

  /**
   * @param {number} azimuth
   * @returns {number} the same, clamped to an open arc
   */
  within(azimuth) {
    return this.closed ? azimuth : clamp(azimuth, this.first, this.last);
  }

  /**
   * Moves to a position; what lies beyond the end of an open arc goes to `over`.
   * @param {number} azimuth
   */
  place(azimuth) {
    this.position = this.closed ? mod(azimuth, 360) : this.within(azimuth);
    this.over = this.closed ? 0 : azimuth - this.position;
  }

  /**
   * @param {number} from  azimuth that the hand holds; may lie beyond an end
   * @param {number} dx  movement of the hand to the right, px
   * @param {number} width  of the picture, px
   * @returns {number} azimuth held afterwards: the front follows the hand, so the azimuth falls
   */
  dragged(from, dx, width) {
    const degreesPerWidth = this.closed ? DEGREES_PER_WIDTH : clamp(this.arc * 1.2, 45, DEGREES_PER_WIDTH);
    const to = from - (dx * degreesPerWidth) / Math.max(1, width);
    return this.closed ? to : clamp(to, this.first - MAX_PULL, this.last + MAX_PULL);
  }

  /**
   * @param {number} speed  at release, degrees per millisecond
   * @returns {number} where the glide ends
   */
  glideEnd(speed) {
    return this.position + clamp(speed, -MAX_SPEED, MAX_SPEED) * GLIDE_MS;
  }

  /**
   * Starts a glide that ends exactly on the view nearest to `azimuth`.
   * @param {number} azimuth
   * @param {number} now  ms, as performance.now() says
   * @param {number} [tau]  time constant, ms; 0 jumps
   */
  glideTo(azimuth, now, tau = GLIDE_MS) {
    const inside = this.within(azimuth);
    const to = inside + this.delta(mod(inside, 360), this.azimuths[this.nearest(inside)]);
    this.motion = tau === 0 ? null : {kind: 'glide', from: this.position, to, tau, since: now};
    if (tau === 0) this.place(to);
  }

  /**
   * Starts a gentle sway about the first view, which shows that it can be turned.
   * @param {number} now  ms
   */
  sway(now) {
    const reach = clamp(14, this.step * 1.2, this.arc / 3);
    this.motion = {kind: 'sway', reach, from: this.home, since: now + 600};
  }

  /** Where the present motion ends; a sway ends wherever it is. */
  get target() {
    return this.motion?.kind === 'glide' ? this.motion.to : this.position;
  }

  /**
   * Advances the motion to a point in time.
   * @param {number} time  ms
   * @param {boolean} held  whether a pointer holds it: nothing springs back then
   * @returns {boolean} whether it moved, so that another frame must follow
   */
  advance(time, held) {
    const motion = this.motion;
    if (motion?.kind === 'sway') {
      this.place(this.within(motion.from + motion.reach * swing(time - motion.since)));
    } else if (motion) {
      const left = (motion.to - motion.from) * Math.exp(-Math.max(0, time - motion.since) / motion.tau);
      const done = Math.abs(left) < Math.min(0.1, this.step / 20);
      this.place(done ? motion.to : motion.to - left);
      if (done) this.motion = null;
    } else if (this.over && !held) {
      this.over = Math.abs(this.over) < 0.2 ? 0 : this.over * 0.82;
    } else {
      return false;
    }
    return true;
  }
}

/**
 * @param {number} ms  since the sway began
 * @returns {number} in [-1, 1]: every 8 s one swing to both sides in 4.8 s, then rest
 */
function swing(ms) {
  const seconds = Math.max(0, ms) / 1000 % 8;
  return seconds < 4.8 ? Math.sin((seconds / 4.8) * 2 * Math.PI) * Math.sin((seconds / 4.8) * Math.PI) : 0;
}
