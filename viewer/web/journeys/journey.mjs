// Chromium or Firefox: node journey.mjs chromium|firefox ITEM.rview
import {readFileSync} from 'node:fs';
import puppeteer from 'puppeteer-core';
import {serve} from './serve.mjs';
import {ADD_SPOT, AXE, finish, IS_FULL, RATIO, report, SPOT, VIEW, waiter} from './steps.mjs';

const [which, item] = process.argv.slice(2);
const quiet = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
const browser = await puppeteer.launch(which === 'firefox' ?
  {browser: 'firefox', executablePath: '/usr/bin/firefox-esr'} : {executablePath: '/usr/bin/chromium', args: quiet});
const server = await serve(item);
const page = await browser.newPage();
await page.setViewport({width: 900, height: 900});
const until = waiter((expression) => page.evaluate(expression));
console.log(await browser.version());
page.on('pageerror', (error) => report(error.message, false));
await page.goto(server.address);
report('loads', await until(`${VIEW}.state === 'complete'`, 60));

await page.evaluate(`${VIEW}.shadowRoot.querySelector('.stage').focus()`);
await page.keyboard.press('ArrowLeft');
await page.keyboard.press('ArrowLeft');
report('keys turn', await until(`${VIEW}.frame === 2`));
await page.keyboard.press('Home');
report('Home goes back', await until(`${VIEW}.frame === 0`));
await page.mouse.move(400, 250);
await page.mouse.down();
for (let i = 1; i <= 10; ++i) await page.mouse.move(400 - 15 * i, 250);
await page.mouse.up();
report('a drag turns', await until(`${VIEW}.frame > 3 && ${VIEW}.motion === null`));

const frame = await page.evaluate(`${VIEW}.frame`);
await page.mouse.wheel({deltaY: -600});
report('the wheel zooms', await until(`${VIEW}.zoom > 1.5`));
await page.keyboard.press('ArrowLeft');
report('turns while zoomed', await until(`${VIEW}.frame === ${frame + 1} && ${VIEW}.zoom > 1.5`));
await page.evaluate(ADD_SPOT);
report('a remark is placed', await until(`${SPOT}?.style.transform`));
await page.evaluate(`${VIEW}.azimuth = 180`);
report('and hides', await until(`${SPOT}.classList.contains('away')`));

await page.evaluate(`${VIEW}.shadowRoot.querySelector('.stage').focus()`);
await page.keyboard.press('f');
report('full screen', await until(IS_FULL));
report('keeps the ratio', await page.evaluate(RATIO));
await page.keyboard.press('f');
report('and back', await until(`!${IS_FULL}`));
await page.evaluate(readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'));
const violations = await page.evaluate(AXE);
report(`axe-core ${violations}`, violations.length === 0);
await browser.close();
server.close();
finish();
