// Chromium: node measure.mjs ITEM.rview [COUNT]. One element: requests and bytes to the first picture, and frames while it is
// dragged for 10 s. COUNT elements: memory of all processes (PSS).
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import puppeteer from 'puppeteer-core';
import {serve} from './serve.mjs';
import {VIEW} from './steps.mjs';

const [item, count] = process.argv.slice(2);
const server = await serve(item, {count: +(count ?? 1)});
const browser = await puppeteer.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu',
  '--no-first-run', '--disable-background-networking', '--disable-sync']});
const page = await browser.newPage();
await page.setViewport({width: 1300, height: 900});
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function memoryMb() {
  const pairs = execFileSync('ps', ['-eo', 'pid=,ppid=']).toString().trim().split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([browser.process().pid]);
  for (let generation = 0; generation < 5; ++generation)
    for (const [pid, parent] of pairs) if (family.has(parent)) family.add(pid);
  let kilobytes = 0;
  for (const pid of family) {
    try {
      kilobytes += +/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1];
    } catch { /* it has ended */ }
  }
  return Math.round(kilobytes / 1024);
}

async function many() {
  await page.goto('about:blank');
  await rest(2000);
  const empty = memoryMb();
  await page.goto(server.address);
  let most = 0;
  for (let i = 0; i < count; ++i) {
    await page.evaluate(`(() => { const view = document.querySelectorAll('rotating-view')[${i}];
      view.scrollIntoView(); view.azimuth = 100; })()`);
    await rest(2500);
    most = Math.max(most, memoryMb());
  }
  const states = await page.evaluate("[...document.querySelectorAll('rotating-view')].map((view) => view.state).join(' ')");
  console.log({empty_mb: empty, most_mb: most, page_mb: most - empty, states});
}

async function one() {
  await page.evaluateOnNewDocument(`document.addEventListener('DOMContentLoaded', () => customElements.whenDefined('rotating-view')
    .then(() => new MutationObserver(([{target}]) => { if (target.matches('.drawn')) window.drawnAt ??= performance.now(); })
      .observe(${VIEW}.shadowRoot.querySelector('.stage'), {attributes: true})))`);
  await page.goto(server.address);
  await page.waitForFunction('window.drawnAt', {polling: 5});
  console.log({first_picture_ms: Math.round(await page.evaluate('drawnAt')), requests: server.log.map((each) => ({...each}))});
  await page.waitForFunction(`${VIEW}.state === 'complete'`);
  await page.evaluate(`window.gaps = []; (() => { let last = 0; const next = (time) => { if (last) gaps.push(time - last);
    last = time; requestAnimationFrame(next); }; requestAnimationFrame(next); })()`);
  await page.mouse.move(330, 250);
  await page.mouse.down();
  for (const begin = Date.now(); Date.now() - begin < 10000;) {
    await page.mouse.move(330 + 250 * Math.sin((Date.now() - begin) / 450), 250);
    await rest(12);
  }
  await page.mouse.up();
  console.log(await page.evaluate(`(() => { const sorted = gaps.sort((a, b) => a - b); return {frames: sorted.length,
    median_ms: sorted[sorted.length >> 1], p99_ms: sorted[Math.floor(sorted.length * 0.99)], most_ms: sorted.at(-1),
    over_50_ms_late: sorted.filter((gap) => gap > 66.7).length}; })()`));
}

await (count ? many() : one());
await browser.close();
server.close();
