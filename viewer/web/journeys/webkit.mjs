// WebKitGTK through its WebDriver: node webkit.mjs ITEM.rview
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {serve} from './serve.mjs';
import {ADD_SPOT, AXE, finish, IS_FULL, RATIO, report, SPOT, VIEW, waiter} from './steps.mjs';

const PORT = 14455;
const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const server = await serve(process.argv[2]);
const driver = spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${PORT}`]);
await new Promise((resolve) => setTimeout(resolve, 1500));

async function call(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, {method, body: body && JSON.stringify(body)});
  const {value} = await answer.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

const {sessionId, capabilities} = await call('POST', '/session', {capabilities: {alwaysMatch:
  {'webkitgtk:browserOptions': {binary: BROWSER, args: ['--automation']}}}});
console.log(capabilities.browserName, capabilities.browserVersion);
const session = `/session/${sessionId}`;
const evaluate = (expression) => call('POST', `${session}/execute/sync`, {script: `return ${expression}`, args: []});
const until = waiter(evaluate);
const act = (action) => call('POST', `${session}/actions`, {actions: [{id: action.type, ...action}]});
const press = (value) => act({type: 'key', actions: [{type: 'keyDown', value}, {type: 'keyUp', value}]});
const swipe = (pointerType) => act({type: 'pointer', id: pointerType, parameters: {pointerType}, actions: [
  {type: 'pointerMove', duration: 0, x: 400, y: 250}, {type: 'pointerDown', button: 0},
  ...Array.from({length: 8}, (_, i) => ({type: 'pointerMove', duration: 20, x: 382 - 18 * i, y: 250})),
  {type: 'pause', duration: 200}, {type: 'pointerUp', button: 0}]});

await call('POST', `${session}/url`, {url: server.address});
report('loads', await until(`${VIEW}.state === 'complete'`, 60));
await evaluate(`${VIEW}.shadowRoot.querySelector('.stage').focus()`);
await press('\uE012');
await press('\uE012');
report('keys turn', await until(`${VIEW}.frame === 2`));
await press('\uE011');
report('Home goes back', await until(`${VIEW}.frame === 0`));
await swipe('mouse');
report('a drag turns', await until(`${VIEW}.frame > 3 && ${VIEW}.motion === null`));
const frame = await evaluate(`${VIEW}.frame`);
await swipe('touch');
report('a finger turns', await until(`${VIEW}.frame !== ${frame}`));
await act({type: 'wheel', actions: [{type: 'scroll', x: 300, y: 250, deltaX: 0, deltaY: -500, duration: 0}]});
report('the wheel zooms', await until(`${VIEW}.zoom > 1.2`));
await evaluate(ADD_SPOT);
report('a remark is placed', await until(`${SPOT}?.style.transform !== ''`));
await evaluate(`(${VIEW}.azimuth = 180)`);
report('and hides', await until(`${SPOT}.classList.contains('away')`));
await press('f');
report('full screen', await until(IS_FULL));
report('keeps the ratio', await evaluate(RATIO));
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
await evaluate(`((() => {${axe}})(), true)`);
const violations = await call('POST', `${session}/execute/async`,
  {script: `const done = arguments[0]; ${AXE}.then(done)`, args: []});
report(`axe-core ${violations}`, violations.length === 0);
await call('DELETE', session);
driver.kill();
server.close();
finish();
