// A plain static file server, as any web host is one: files of a folder under a sub-folder of the site, no more.
// `ranges: false` for a host that answers every question with the whole file.

import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Listens on a free port; `more` are pages of the host's own, by their path. */
export async function serveFiles(folder, { ranges = true, under = '/maps/site/', more = {} } = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://host');
    if (Object.hasOwn(more, pathname)) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      return response.end(more[pathname]);
    }
    const name = normalize(decodeURIComponent(pathname.startsWith(under) ? pathname.slice(under.length) : '..'));
    const file = join(folder, name === '.' ? 'index.html' : name);
    const found = name.startsWith('..') ? null : statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile()) {
      response.writeHead(404);
      return response.end('nothing here');
    }
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    const asked = ranges ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
    const [start, end] = asked
      ? [Number(asked[1]), Math.min(asked[2] ? Number(asked[2]) : Infinity, found.size - 1)]
      : [0, found.size - 1];
    response.writeHead(asked ? 206 : 200, {
      'content-type': type,
      'content-length': Math.max(0, end - start + 1),
      ...(asked ? { 'content-range': `bytes ${start}-${end}/${found.size}` } : {}),
    });
    if (found.size === 0) return response.end();
    createReadStream(file, { start, end }).pipe(response);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}${under}`,
    host: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((stopped) => server.close(stopped));
    },
  };
}
