// Cameras: where a point of the item is in a view, and how one camera stands to another. Vectors are arrays of three;
// quaternions are [w, x, y, z]; a 3 x 3 matrix is its rows one after another. A pose maps x to rotation * x + translation.

/** @typedef {{rotation: {w: number, x: number, y: number, z: number}, translation: number[]}} Pose  as in the manifest */
/** @typedef {{rows: number[], shift: number[]}} Motion  x becomes rows * x + shift */
/**
 * @typedef {object} Lens  as in the manifest
 * @property {number} width
 * @property {number} height
 * @property {number} focal_px
 * @property {number} cx_px
 * @property {number} cy_px
 * @property {number} [k1]
 * @property {number} [k2]
 */

/**
 * @param {Pose} pose
 * @returns {Motion}
 */
export function motionOf({rotation: {w, x, y, z}, translation}) {
  return {
    rows: [
      1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
      2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
      2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
    ],
    shift: translation,
  };
}

/**
 * @param {Motion} motion
 * @param {number[]} point
 * @returns {number[]}
 */
export function moved({rows, shift}, point) {
  return shift.map((value, r) =>
    value + rows[3 * r] * point[0] + rows[3 * r + 1] * point[1] + rows[3 * r + 2] * point[2]);
}

/**
 * @param {Motion} motion
 * @param {number[]} point  after it
 * @returns {number[]} before it
 */
export function movedBack({rows, shift}, point) {
  const [x, y, z] = point.map((value, r) => value - shift[r]);
  return [0, 1, 2].map((c) => rows[c] * x + rows[3 + c] * y + rows[6 + c] * z);
}

/**
 * @param {Motion} to
 * @param {Motion} from
 * @returns {Motion} from a camera to another: to * from^-1
 */
export function relativeMotion(to, from) {
  const rows = [];
  for (let r = 0; r < 3; ++r)
    for (let c = 0; c < 3; ++c)
      rows.push([0, 1, 2].reduce((sum, k) => sum + to.rows[3 * r + k] * from.rows[3 * c + k], 0));
  const back = moved({rows, shift: [0, 0, 0]}, from.shift);
  return {rows, shift: to.shift.map((value, r) => value - back[r])};
}

/**
 * @param {Pose} a
 * @param {Pose} b
 * @param {number} share  of b
 * @returns {Motion} the camera on the way from one to the other
 */
export function motionBetween(a, b, share) {
  const p = [a.rotation.w, a.rotation.x, a.rotation.y, a.rotation.z];
  let q = [b.rotation.w, b.rotation.x, b.rotation.y, b.rotation.z];
  let dot = p.reduce((sum, value, i) => sum + value * q[i], 0);
  if (dot < 0) [q, dot] = [q.map((value) => -value), -dot];
  const angle = Math.acos(Math.min(1, dot)), sine = Math.sin(angle);
  const [of_a, of_b] = sine < 1e-6 ? [1 - share, share] :
    [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine];
  const [w, x, y, z] = p.map((value, i) => of_a * value + of_b * q[i]);
  const translation = a.translation.map((value, i) => value + share * (b.translation[i] - value));
  return motionOf({rotation: {w, x, y, z}, translation});
}

/**
 * @param {Lens} lens
 * @param {number[]} point  in the camera: x right, y down, z forward
 * @returns {number[] | null} u and v, shares of the picture's width and height; null behind the camera
 */
export function projected(lens, [x, y, z]) {
  if (!(z > 1e-9)) return null;
  return [(lens.focal_px * x / z + lens.cx_px) / lens.width, (lens.focal_px * y / z + lens.cy_px) / lens.height];
}

/**
 * x_object = rotation * (scale * x_world) + translation. A camera's own x is scaled likewise: depths are in object units.
 * @param {Pose} cam  from the world
 * @param {Pose & {scale: number}} place  of the object
 * @returns {Motion} from the object to the camera
 */
export function motionFromObject(cam, place) {
  const {rows, shift} = motionOf(cam);
  return relativeMotion({rows, shift: shift.map((value) => value * place.scale)}, motionOf(place));
}
