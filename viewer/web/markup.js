// What the element consists of: its style sheet, its parts and their names.

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
canvas,.picture,::slotted(img),::slotted([slot=poster]){position:absolute;inset:0;width:100%;height:100%}
canvas{display:block}
.picture,::slotted(img){object-fit:contain;pointer-events:none}
.drawn>.picture,.drawn ::slotted(img),.drawn ::slotted([slot=poster]){visibility:hidden}
.glass{background:rgb(255 255 255/.72);color:#16181d;-webkit-backdrop-filter:blur(14px) saturate(1.6);
 backdrop-filter:blur(14px) saturate(1.6);box-shadow:0 1px 2px rgb(0 0 0/.12),0 4px 16px rgb(0 0 0/.12);border-radius:999px}
.turn{position:absolute;left:50%;bottom:clamp(8px,3%,20px);transform:translateX(-50%);display:flex;align-items:center;
 height:40px;padding:0 14px;cursor:ew-resize;touch-action:none;max-width:calc(100% - 24px);box-sizing:border-box}
.turn svg{flex:none;width:68px;height:26px;overflow:visible}
.turn path,.turn circle{fill:none;stroke:currentColor;stroke-width:2.5;stroke-linecap:round}
.turn .track{opacity:.16}.turn .loaded{opacity:.5;transition:stroke-dasharray .3s}
.turn .dot{fill:currentColor;stroke:none}
.turn .gap{opacity:.4;stroke-dasharray:0 5}
.spots{position:absolute;inset:0;pointer-events:none;overflow:hidden;border-radius:inherit}
.spot{position:absolute;left:0;top:0;width:0;height:0;pointer-events:auto}
.spot.away{visibility:hidden}
.spot ::slotted(*){position:absolute;transform:translate(-50%,-50%)}
button.mark{position:absolute;left:-18px;top:-18px}
.mark::before{content:"";width:14px;height:14px;border-radius:50%;background:#fff;border:3px solid #16181d;box-shadow:0 0 0 1.5px #fff}
.words{position:absolute;left:16px;top:-16px;width:max-content;max-width:200px;padding:8px 12px;border-radius:12px;display:none}
[aria-expanded=true]+.words{display:block}
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
.drawn~.wait,.poster~.wait,.failed~.wait,.failed~.turn,.failed~.tools{display:none}
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

const icon = (/** @type {string} */ d) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${d}"/></svg>`;
/** Outlines of the full-screen button: corners that go apart, corners that come together. */
export const WIDEN = 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5';
export const NARROW = 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5';
/** What stands in the element's shadow root. */
export const HTML = `<style>${CSS}</style>
<div class="stage" part="stage" role="slider" tabindex="0" aria-describedby="keys" aria-valuemin="0" aria-valuemax="0"
 aria-valuenow="0"><img class="picture" part="poster" alt="" hidden><slot name="poster"></slot><slot></slot><canvas part="canvas" aria-hidden="true"></canvas></div>
<div class="spots"></div>
<div class="turn glass" part="turn" aria-hidden="true"><svg viewBox="-34 -13 68 26"><path class="track"/>
<path class="gap"/><path class="loaded" pathLength="100" stroke-dasharray="0 100"/><circle class="dot" r="5"/></svg><span class="hint"></span></div>
<div class="tools glass" part="tools"><button class="out" aria-label="Zoom out" title="Zoom out">${icon('M5 12h14')}</button>
<button class="in" aria-label="Zoom in" title="Zoom in">${icon('M5 12h14M12 5v14')}</button>
<button class="full" aria-label="Full screen" title="Full screen" aria-pressed="false">${icon(WIDEN)}</button></div>
<div class="wait"></div><div class="message" part="message" role="alert"></div>
<span class="hidden" id="keys">Turn it with the left and right arrow keys, or by dragging. Plus and minus zoom, Home goes back.</span>`;
