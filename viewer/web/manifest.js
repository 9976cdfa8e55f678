// manifest.json as the element needs it: checked, since a file may come from anywhere.

import {SpinError} from './failures.js';
/** @typedef {import('./sources.js').Captured} Captured */
/** @typedef {import('./sources.js').SpinDescription} SpinDescription */

/**
 * A file in the archive.
 * @typedef {{at: number, size: number, type: string}} Entry
 */

const MAX_VIEWS = 10000;
const MAX_SIDE = 65500;

/**
 * @param {string} text  of manifest.json
 * @param {number} end  where its data ends in the file
 * @returns {{spin: SpinDescription, entries: Map<string, Entry>}}
 */
export function describe(text, end) {
  const manifest = parsed(text);
  check(Number.isInteger(manifest.version?.major), 'it states no version');
  if (manifest.version.major > 1) throw new SpinError('newer-version', `version ${manifest.version.major}`);
  const {width, height, views, coverage} = manifest;
  check([width, height].every((side) => Number.isInteger(side) && side > 0 && side <= MAX_SIDE), 'its size');
  check(Array.isArray(views) && views.length > 0 && views.length <= MAX_VIEWS, 'its views');
  const entries = layOut(manifest.files, end);
  /** @type {SpinDescription} */
  const spin = {
    width, height,
    closed: Boolean(coverage?.closed),
    angles: manifest.tier < 3 || hasAngles(views),
    title: String(manifest.item?.title ?? ''),
    gaps: list(coverage?.gaps).filter((gap) => finite(gap.from_deg, gap.to_deg)),
    hotspots: list(manifest.hotspots).filter((spot) =>
      finite(spot.position?.[0], spot.position?.[1], spot.position?.[2])),
    camera: manifest.view_camera,
    depth_unit: manifest.depth_unit,
    frames: views.map((/** @type {any} */ view, /** @type {number} */ i) => frame(view, i, entries)),
    captured: capturedFrames(manifest),
  };
  if (!spin.angles) spreadAngles(spin);
  return {spin, entries};
}

/**
 * @param {string} text
 * @returns {any}
 */
function parsed(text) {
  /** @type {any} */
  let manifest = null;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new SpinError('damaged', `manifest.json: ${error}`);
  }
  if (manifest?.format !== 'rview') throw new SpinError('not-a-spin', 'manifest.json is not of a rotating view');
  return manifest;
}

/**
 * @param {any} view
 * @param {number} index
 * @param {Map<string, Entry>} entries
 */
function frame(view, index, entries) {
  const {azimuth_deg, image, cam_from_object: cam, depth, matte, sources} = view ?? {};
  check(finite(azimuth_deg), `the azimuth of view ${index}`);
  const entry = entries.get(image?.file);
  check(entry, `the picture of view ${index}`);
  entry.type = `image/${image.format}`;
  return {azimuth_deg, file: image.file, cam, depth: depth?.file, matte: matte?.file, source: sources?.[0]?.frame};
}

/**
 * @param {any} manifest
 * @returns {(Captured | null)[]} the frames with picture, position and depth
 */
function capturedFrames({sources, reconstruction, object_from_world: place}) {
  return list(sources).map((source, i) => {
    const posed = reconstruction?.frames?.[i];
    if (!posed?.posed || !source.image || !source.depth || !place) return null;
    return {file: source.image.file, depth: source.depth.file, matte: source.matte?.file, near: source.depth_nearest,
      far: source.depth_farthest, lens: reconstruction.cameras[posed.camera], cam: posed.cam_from_world, place};
  });
}

/**
 * Where each file's data lie: each begins at the next multiple of 64 that leaves room for its header.
 * @param {any} files
 * @param {number} end  of the manifest's data
 * @returns {Map<string, Entry>}
 */
function layOut(files, end) {
  check(Array.isArray(files), 'its list of files');
  const encoder = new TextEncoder();
  const entries = new Map();
  let at = end;
  for (const {name, bytes} of files) {
    check(typeof name === 'string' && Number.isSafeInteger(bytes) && bytes >= 0, 'its list of files');
    const header = 36 + encoder.encode(name).length + (bytes >= 0xffffffff ? 20 : 0);
    at = Math.ceil((at + header) / 64) * 64;
    entries.set(name, {at, size: bytes, type: ''});
    at += bytes;
  }
  return entries;
}

/**
 * @param {any[]} views
 * @returns {boolean} whether their azimuths grow
 */
function hasAngles(views) {
  return views.every((view, i) => !i || view.azimuth_deg > views[i - 1].azimuth_deg);
}

/**
 * Views whose angles are not known stand as far apart as in an export.
 * @param {SpinDescription} spin
 */
function spreadAngles(spin) {
  const count = spin.frames.length;
  const step = spin.closed ? 360 / count : Math.min(5, 355 / count);
  spin.frames.forEach((each, i) => { each.azimuth_deg = i * step; });
}

/**
 * @param {unknown} ok
 * @param {string} what
 * @returns {asserts ok}
 */
function check(ok, what) {
  if (!ok) throw new SpinError('damaged', `manifest.json: ${what} is wrong`);
}

/** @param {unknown[]} values */
function finite(...values) {
  return values.every(Number.isFinite);
}

/**
 * @param {any} value
 * @returns {any[]}
 */
function list(value) {
  return Array.isArray(value) ? value : [];
}
