// What both journeys ask of the page, whatever drives the browser.

export const VIEW = "document.querySelector('rotating-view')";
export const SPOT = `${VIEW}.shadowRoot.querySelector('.spot')`;
export const ADD_SPOT = `(() => { const spot = document.createElement('button'), view = ${VIEW};
  Object.assign(spot.dataset, {position: '0 0.1 0.15', normal: '0 0 1'});
  Object.assign(spot, {slot: 'hotspot-1', textContent: 'Look'}); view.append(spot);
  view.zoom = 1; view.azimuth = 0; view.painter.depth = null; view.wake(); return true; })()`;
export const RATIO = `(() => { const {canvas} = ${VIEW}.painter, {spin} = ${VIEW}.loaded;
  const place = ${VIEW}.viewport.layout(canvas.size, canvas.ratio, spin, 0);
  return Math.abs(place[2] / place[3] - spin.width / spin.height) < 0.01; })()`;
export const IS_FULL = `(document.fullscreenElement === ${VIEW} || ${VIEW}.hasAttribute('expanded'))`;
export const AXE = `axe.run(${VIEW}).then((result) => result.violations.map(({id}) => id))`;

let failed = 0;

/**
 * @param {string} name
 * @param {boolean} passed
 */
export function report(name, passed) {
  if (!passed) ++failed;
  console.log(passed ? 'ok  ' : 'FAIL', name);
}

/**
 * @param {(expression: string) => Promise<unknown>} evaluate
 * @returns {(expression: string, seconds?: number) => Promise<boolean>} false where it does not become true in time
 */
export function waiter(evaluate) {
  return async (expression, seconds = 20) => {
    for (const begin = Date.now(); Date.now() - begin < 1000 * seconds;) {
      if (await evaluate(expression)) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  };
}

export function finish() {
  process.exitCode = failed ? 1 : 0;
}
