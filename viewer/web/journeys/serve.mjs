// A server on loopback with byte ranges: a page with one or more elements, the built package, and an .rview.
import {createReadStream, statSync} from 'node:fs';
import {createServer} from 'node:http';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const packageFolder = process.env.PACKAGE ?? join(here, '../../../build/release/publish/npm');

const page = (count, attributes) => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Items</title><link rel="icon" href="data:,">
<style>body{margin:16px}rotating-view{width:${count > 1 ? '300px;display:inline-block' : 'min(640px,100%)'}}</style>
<script type="module" src="rotating_view.js"></script><main><h1>Items</h1>
${Array.from({length: count}, (_, i) => `<rotating-view src="item.rview?${i}" sway="off" ${attributes}></rotating-view>`).join('\n')}
<p style="height:600px">The page goes on.</p></main></html>`;

/**
 * @param {string} item  path of an .rview
 * @param {{count?: number, attributes?: string}} [options]
 * @returns {Promise<{address: string, log: {range?: string, sent: number}[], close: () => void}>} log: requests for the item
 */
export function serve(item, {count = 1, attributes = ''} = {}) {
  const log = [];
  const server = createServer((request, answer) => {
    const name = basename(request.url.split('?')[0]);
    if (!name) return answer.writeHead(200, {'Content-Type': 'text/html'}).end(page(count, attributes));
    const file = name === 'item.rview' ? item : join(packageFolder, name);
    const {size} = statSync(file, {throwIfNoEntry: false}) ?? {};
    if (size === undefined) return answer.writeHead(404).end();
    const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '');
    const [start, end] = range ? [+range[1], Math.min(+range[2], size - 1)] : [0, size - 1];
    const entry = {range: request.headers.range, sent: 0};
    if (file === item) log.push(entry);
    answer.writeHead(range ? 206 : 200, {'Content-Type': name.endsWith('.js') ? 'text/javascript' : 'application/octet-stream',
      'Content-Length': end - start + 1, ...range && {'Content-Range': `bytes ${start}-${end}/${size}`}});
    const stream = createReadStream(file, {start, end});
    stream.on('data', (piece) => { entry.sent += piece.length; });
    stream.pipe(answer);
    request.on('close', () => stream.destroy());
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () =>
    resolve({address: `http://127.0.0.1:${server.address().port}/`, log, close: () => server.close()})));
}
