// What changes at the server while the page is open. One tab of a browser listens (Web Locks) and tells the
// others (BroadcastChannel), since HTTP/1.1 allows six connections and a stream holds one; a hidden tab does not
// listen. Read with `fetch`, not `EventSource`, so that the token goes in the header.

import { signed } from './api/client';

export type Change = { id: string; what: 'new' | 'changed' | 'gone' };

type Hears = { changes: (changes: Change[]) => void; resync: () => void };

const CHANNEL = 'placetime.changes';
const LOCK = 'placetime.listener';

/** Changes that come together are told together. */
const GATHER_MS = 300;

const AGAIN_MS = 3_000;
const AGAIN_MS_MAX = 60_000;

type Message = { changes: Change[] } | { resync: true };

/** Listens while the page can be seen. Answers with a way to stop. */
export function listen(hears: Hears): () => void {
  if (!('BroadcastChannel' in window) || !navigator.locks) return () => {};
  const channel = new BroadcastChannel(CHANNEL);
  let stopped = new AbortController();

  const hear = (message: Message): void => {
    if ('changes' in message) hears.changes(message.changes);
    else hears.resync();
  };
  const tell = (message: Message): void => {
    channel.postMessage(message);
    hear(message);
  };
  channel.addEventListener('message', (event: MessageEvent<Message>) => hear(event.data));

  const begin = (): void => {
    stopped = new AbortController();
    const { signal } = stopped;
    navigator.locks
      .request(LOCK, { signal }, () => follow(tell, signal))
      // Given up while waiting: the tab was hidden.
      .catch(() => {});
  };
  const look = (): void => {
    if (document.visibilityState === 'visible') {
      if (stopped.signal.aborted) begin();
    } else {
      stopped.abort();
    }
  };
  if (document.visibilityState === 'visible') begin();
  else stopped.abort();
  document.addEventListener('visibilitychange', look);
  return () => {
    stopped.abort();
    channel.close();
    document.removeEventListener('visibilitychange', look);
  };
}

async function follow(tell: (message: Message) => void, signal: AbortSignal): Promise<void> {
  let wait = AGAIN_MS;
  while (!signal.aborted) {
    try {
      await stream(tell, signal, () => {
        wait = AGAIN_MS;
      });
    } catch (error) {
      // A server without the stream: nothing to wait for.
      if (error instanceof Absent) return;
    }
    await pause(wait, signal);
    wait = Math.min(AGAIN_MS_MAX, wait * 2);
  }
}

class Absent extends Error {}

/** The last event heard by any tab of this page's life, so that nothing between two listeners is missed. */
let last: string | null = null;

async function stream(tell: (message: Message) => void, signal: AbortSignal, begun: () => void): Promise<void> {
  const headers = signed({ accept: 'text/event-stream' });
  if (last !== null) headers['last-event-id'] = last;
  const answer = await fetch(new URL('changes', document.baseURI), { headers, signal, cache: 'no-store' });
  if (answer.status === 404 || answer.status === 405) throw new Absent();
  if (!answer.ok || !answer.body) throw new Error(String(answer.status));
  begun();
  let gathered: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const give = (): void => {
    timer = undefined;
    if (gathered.length > 0) tell({ changes: gathered });
    gathered = [];
  };
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value;
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const { event, id, data } = parsed(block);
        if (id !== null) last = id;
        if (event === 'resync') tell({ resync: true });
        const change = event === 'incident' ? changeOf(data) : null;
        if (change) gathered.push(change);
      }
      if (gathered.length > 0) timer ??= setTimeout(give, GATHER_MS);
    }
  } finally {
    clearTimeout(timer);
    give();
  }
}

/** One block of an event stream. */
export function parsed(block: string): { event: string; id: string | null; data: string } {
  let event = 'message';
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === 'event') event = value;
    else if (name === 'id') id = value;
    else if (name === 'data') data.push(value);
  }
  return { event, id, data: data.join('\n') };
}

export function changeOf(data: string): Change | null {
  try {
    const { id, what } = JSON.parse(data) as Record<string, unknown>;
    if (typeof id !== 'string') return null;
    return { id, what: what === 'new' || what === 'gone' ? what : 'changed' };
  } catch {
    return null;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}
