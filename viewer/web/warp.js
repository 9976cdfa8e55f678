// Draws views that lie between two stored ones, by their depth, in WebGL 2: each is drawn as a mesh from the new camera,
// item over background, and both are mixed by how near they are (synthesis/novel_view.h). All elements of a page share
// one context, as browsers allow few.

import {MIX_FRAGMENT, MIX_VERTEX, WARP_FRAGMENT, WARP_VERTEX} from './shaders.js';
import {relativeMotion} from './cameras.js';
/** @typedef {import('./cameras.js').Lens} Lens */
/** @typedef {import('./cameras.js').Motion} Motion */
/** @typedef {import('./relief.js').Relief} Relief */
/** @typedef {import('./pictures.js').Picture} Picture */
/** @typedef {{relief: Relief, picture: Picture, weight: number}} Part  a view to draw from */
/** @typedef {{picture: Picture, image: WebGLTexture, matte: WebGLTexture, layers: WebGLBuffer[]}} Uploaded */

/** Views kept on the graphics card. */
const MAX_UPLOADED = 6;
const MAX_SIDE_PX = 2048;

/** @type {Map<boolean, Warper | null>}  by whether it is forced; null where the browser or the machine cannot */
const shared = new Map();

/**
 * @param {boolean} isForced  also where it has to be drawn without a graphics card
 * @returns {Warper | null}
 */
export function warper(isForced) {
  let made = shared.get(isForced);
  if (made !== undefined) return made;
  made = shared.get(!isForced) ?? null;
  const canvas = document.createElement('canvas');
  const gl = !made && 'DecompressionStream' in self && canvas.getContext('webgl2',
    {alpha: true, antialias: false, depth: false, failIfMajorPerformanceCaveat: !isForced});
  try {
    if (gl && (isForced || !isSoftware(gl))) made = new Warper(canvas, gl);
  } catch (error) {
    console.warn('rotating-view: no views in between:', error);
  }
  shared.set(isForced, made);
  canvas.addEventListener('webglcontextlost', () => {
    for (const each of shared.keys()) shared.set(each, null);
  });
  return made;
}

/**
 * @param {WebGL2RenderingContext} gl
 * @returns {boolean} whether a program stands in for a graphics card, which not all browsers own up to when asked to fail
 */
function isSoftware(gl) {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return /swiftshader|llvmpipe|software|basic render/i.test(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}

class Warper {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {WebGL2RenderingContext} gl
   */
  constructor(canvas, gl) {
    this.canvas = canvas;
    this.gl = gl;
    this.warp = linked(gl, WARP_VERTEX, WARP_FRAGMENT);
    this.mix = linked(gl, MIX_VERTEX, MIX_FRAGMENT);
    this.indices = gl.createBuffer();
    /** Columns and rows of the indices. */
    this.grid = '';
    this.count = 0;
    /** @type {Map<Relief, Uploaded>}  the one used last comes last */
    this.uploaded = new Map();
    this.targets = [0, 1].map(() => ({frame: gl.createFramebuffer(), color: texture(gl)}));
    this.depth = gl.createRenderbuffer();
    this.size = [0, 0];
    gl.frontFace(gl.CW);
    gl.depthFunc(gl.LEQUAL);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /**
   * @param {Part[]} parts  two
   * @param {{width: number, height: number}} size  of the canvas that it will be put on, px
   * @param {number[]} place  left, top, width and height of the picture there
   * @param {Lens} lens  of the new view
   * @param {Motion} motion  from the object to the new camera
   * @returns {HTMLCanvasElement} to be copied at once
   */
  draw(parts, size, place, lens, motion) {
    const {gl, canvas} = this;
    const scale = Math.min(1, MAX_SIDE_PX / Math.max(size.width, size.height));
    this.resize(Math.round(size.width * scale), Math.round(size.height * scale));
    const onScreen = [2 * place[0] / size.width - 1, 1 - 2 * place[1] / size.height, 2 * place[2] / size.width,
      -2 * place[3] / size.height];
    const uploaded = parts.map((part) => this.upload(part));
    parts.forEach((part, i) => {
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.targets[i].frame);
      this.drawPart(part.relief, uploaded[i], onScreen, lens, motion, place[2] * scale);
    });
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.BLEND);
    gl.disable(gl.CULL_FACE);
    gl.useProgram(this.mix);
    const base = uploaded[parts[0].weight < parts[1].weight ? 1 : 0].image;
    [this.targets[0].color, this.targets[1].color, base].forEach((each, i) => this.bind(i, each));
    this.set(this.mix, {first: [0], second: [1], base: [2]}, true);
    this.set(this.mix, {weight: parts.map((part) => part.weight), place: onScreen,
      size: [canvas.width, canvas.height, 0, 0]});
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    return canvas;
  }

  /**
   * @param {Relief} relief
   * @param {Uploaded} uploaded
   * @param {number[]} place
   * @param {Lens} lens
   * @param {Motion} motion
   * @param {number} widthPx  of the picture on the canvas
   */
  drawPart(relief, uploaded, place, lens, motion, widthPx) {
    const {gl, warp} = this;
    const {rows: turn, shift} = relativeMotion(motion, relief.motion);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.enable(gl.CULL_FACE);
    gl.useProgram(warp);
    this.bind(0, uploaded.image);
    this.bind(1, uploaded.matte);
    this.index(relief);
    this.set(warp, {picture: [0], matte: [1], grid: [relief.columns, relief.rows]}, true);
    this.set(warp, {lens: shares(relief.lens), target: shares(lens), place, shift, cell: [widthPx / relief.columns],
      bend: [relief.lens.k1 ?? 0, relief.lens.k2 ?? 0], nearest: [relief.nearest * 2]});
    gl.uniformMatrix3fv(gl.getUniformLocation(warp, 'turn'), true, turn);
    uploaded.layers.forEach((layer, i) => {
      gl.clear(gl.DEPTH_BUFFER_BIT);
      this.set(warp, {layer: [!relief.item ? 0 : relief.isItemOnly ? 1 : 2 - i]}, true);
      gl.bindBuffer(gl.ARRAY_BUFFER, layer);
      gl.enableVertexAttribArray(0);
      gl.vertexAttribPointer(0, 1, gl.FLOAT, false, 0, 0);
      gl.drawElements(gl.TRIANGLES, this.count, gl.UNSIGNED_INT, 0);
    });
  }

  /**
   * @param {Part} part
   * @returns {Uploaded}
   */
  upload({relief, picture}) {
    const {gl} = this;
    let known = this.uploaded.get(relief);
    if (known?.picture !== picture) {
      const image = known?.image ?? texture(gl);
      this.bind(0, image);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
      known = known ? {...known, picture} :
        {picture, image, matte: this.uploadMatte(relief), layers: this.uploadLayers(relief)};
    }
    this.uploaded.delete(relief);
    this.uploaded.set(relief, known);
    if (this.uploaded.size > MAX_UPLOADED) this.forget();
    return known;
  }

  /** Frees the view that was used longest ago. */
  forget() {
    const {gl} = this;
    const [relief, {image, matte, layers}] = /** @type {[Relief, Uploaded]} */ (this.uploaded.entries().next().value);
    gl.deleteTexture(image);
    gl.deleteTexture(matte);
    layers.forEach((layer) => gl.deleteBuffer(layer));
    this.uploaded.delete(relief);
  }

  /** @param {Relief} relief */
  uploadMatte({matte}) {
    const {gl} = this;
    const target = texture(gl);
    if (!matte) return target;
    this.bind(1, target);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, matte.width, matte.height, 0, gl.RED, gl.UNSIGNED_BYTE, matte.values);
    return target;
  }

  /**
   * @param {Relief} relief
   * @returns {WebGLBuffer[]} the farther layer first
   */
  uploadLayers({behind, item, isItemOnly}) {
    const {gl} = this;
    return (item ? isItemOnly ? [item] : [behind, item] : [behind]).map((layer) => {
      const buffer = /** @type {WebGLBuffer} */ (gl.createBuffer());
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, layer, gl.STATIC_DRAW);
      return buffer;
    });
  }

  /**
   * Two triangles for each cell of the grid.
   * @param {Relief} relief
   */
  index({columns, rows}) {
    const {gl} = this;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.indices);
    if (this.grid === `${columns},${rows}`) return;
    const indices = new Uint32Array((columns - 1) * (rows - 1) * 6);
    let n = 0;
    for (let y = 0; y + 1 < rows; ++y)
      for (let x = 0; x + 1 < columns; ++x) {
        const at = y * columns + x;
        indices.set([at, at + 1, at + columns, at + columns + 1, at + columns, at + 1], n);
        n += 6;
      }
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW);
    this.grid = `${columns},${rows}`;
    this.count = indices.length;
  }

  /**
   * @param {number} width
   * @param {number} height  px
   */
  resize(width, height) {
    const {gl, canvas} = this;
    gl.viewport(0, 0, width, height);
    if (this.size[0] === width && this.size[1] === height) return;
    this.size = [canvas.width, canvas.height] = [width, height];
    gl.bindRenderbuffer(gl.RENDERBUFFER, this.depth);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, width, height);
    for (const {frame, color} of this.targets) {
      this.bind(0, color);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, color, 0);
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, this.depth);
    }
  }

  /**
   * @param {number} unit
   * @param {WebGLTexture} target
   */
  bind(unit, target) {
    this.gl.activeTexture(this.gl.TEXTURE0 + unit);
    this.gl.bindTexture(this.gl.TEXTURE_2D, target);
  }

  /**
   * @param {WebGLProgram} program
   * @param {Record<string, number[]>} uniforms
   * @param {boolean} [areWhole]  whole numbers
   */
  set(program, uniforms, areWhole) {
    /** @type {any} */
    const gl = this.gl;
    for (const [name, values] of Object.entries(uniforms))
      gl[`uniform${values.length}${areWhole ? 'i' : 'f'}v`](gl.getUniformLocation(program, name), values);
  }
}

/**
 * @param {Lens} lens
 * @returns {number[]} focal length and center as shares of width and height
 */
function shares({focal_px, cx_px, cy_px, width, height}) {
  return [focal_px / width, focal_px / height, cx_px / width, cy_px / height];
}

/** @param {WebGL2RenderingContext} gl */
function texture(gl) {
  const made = /** @type {WebGLTexture} */ (gl.createTexture());
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return made;
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {string} vertex
 * @param {string} fragment
 * @returns {WebGLProgram}
 */
function linked(gl, vertex, fragment) {
  const program = /** @type {WebGLProgram} */ (gl.createProgram());
  for (const [type, text] of /** @type {[number, string][]} */ ([[gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment]])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(type));
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'shader');
  return program;
}
