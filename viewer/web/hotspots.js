// Remarks pinned to the item: a point in space that follows every view and hides behind the item.

import {moved, movedBack, projected} from './cameras.js';
import {depthAt} from './relief.js';
/** @typedef {import('./cameras.js').Motion} Motion */
/** @typedef {import('./relief.js').Relief} Relief */
/** @typedef {import('./sources.js').SpinDescription} SpinDescription */
/** @typedef {import('./sources.js').Spot} Spot */

/** A point this much farther than what is seen in its place is behind it, as a share of its distance. */
const BEHIND = 0.03;

export class Hotspots {
  /**
   * @param {HTMLElement} layer  gets them
   * @param {HTMLElement} element  whose children with a slot hotspot-... are some too
   * @param {(spot: Spot, index: number) => void} chosen
   */
  constructor(layer, element, chosen) {
    this.layer = layer;
    this.element = element;
    this.chosen = chosen;
    /** @type {{spot: Spot, box: HTMLElement}[]} */
    this.spots = [];
  }

  /** @param {SpinDescription} spin */
  setUp(spin) {
    this.layer.replaceChildren();
    const own = spin.hotspots ?? [];
    const children = /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll(':scope>[slot^=hotspot]')]);
    this.spots = [...own.map((spot) => ({spot, part: markOf(spot)})), ...children.map(slotOf)]
      .map(({spot, part}, index) => {
        const box = document.createElement('div');
        box.className = 'spot';
        box.append(...part);
        box.addEventListener('click', () => this.chosen(spot, index));
        return {spot, box};
      });
    this.layer.append(...this.spots.map(({box}) => box));
  }

  /**
   * @param {SpinDescription} spin
   * @param {Motion} motion  of the camera that is shown
   * @param {number[]} place  left, top, width and height of the picture, canvas px
   * @param {number} ratio  canvas px per CSS px
   * @param {Relief | null} relief  of the view nearest to it
   */
  place(spin, motion, place, ratio, relief) {
    const camera = spin.camera;
    if (!camera) return;
    for (const {spot, box} of this.spots) {
      const point = moved(motion, spot.position);
      const at = projected(camera, point);
      const isHere = at && at.every((share) => share >= 0 && share <= 1) && faces(spot, motion) &&
        !(relief && point[2] > depthAt(relief, at[0], at[1]) * (1 + BEHIND));
      box.classList.toggle('away', !isHere);
      if (!at) continue;
      const [x, y] = at.map((share, axis) => (place[axis] + share * place[axis + 2]) / ratio);
      box.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
    }
  }
}

/**
 * @param {Spot} spot
 * @param {Motion} motion
 * @returns {boolean} whether its surface is turned to the camera
 */
export function faces({position, normal}, motion) {
  if (!normal) return true;
  const eye = movedBack(motion, [0, 0, 0]);
  return normal.reduce((sum, value, i) => sum + value * (eye[i] - position[i]), 0) > 0;
}

/** @param {Spot} spot */
function markOf({text = ''}) {
  const button = document.createElement('button'), words = document.createElement('span');
  button.className = 'mark';
  button.setAttribute('part', 'hotspot');
  button.setAttribute('aria-label', text);
  button.setAttribute('aria-expanded', 'false');
  words.className = 'words glass';
  words.setAttribute('part', 'hotspot-text');
  words.textContent = text;
  button.addEventListener('click', () =>
    button.setAttribute('aria-expanded', String(button.getAttribute('aria-expanded') !== 'true')));
  return [button, words];
}

/**
 * @param {HTMLElement} child  with data-position and maybe data-normal: three numbers
 * @returns {{spot: Spot, part: HTMLElement[]}}
 */
function slotOf(child) {
  const slot = document.createElement('slot');
  slot.name = child.slot;
  const numbers = (/** @type {string | undefined} */ text) => text?.trim().split(/\s+/).map(parseFloat);
  const position = numbers(child.dataset.position) ?? [0, 0, 0];
  return {spot: {position, normal: numbers(child.dataset.normal), text: child.textContent ?? ''}, part: [slot]};
}
