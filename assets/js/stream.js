// A live stream on a page: one element with hx-sse:connect, one pill that says whether the stream is up and when the last event came.
// hx-sse reconnects a stream that was once open (with Last-Event-ID); what it does not do is added here: try again when the very
// first connection fails, notice a connection that is silent instead of closed, and tell people, but only after five seconds.
//   <p class="live" data-live data-state="up" data-up="En direct" data-down="Reconnexion…" data-paused="En pause">
//     <i aria-hidden="true"></i><span role="status" data-live-text>En direct</span> <time data-live-time datetime="…">14:32:07</time></p>
// Named events of the server: "pouls" (heartbeat, data = the server's time), "recharger" (the kept window was missed: fetch the page anew).
import 'htmx.org/dist/ext/hx-sse.min.js';
import { on } from './dom.js';

const GRACE = 5_000; // a loss shorter than this is nobody's business
const SILENCE = 8_000; // more than two heartbeats missed: the line is dead though open
const htmx = window.htmx;
htmx.config.sse = { reconnectDelay: 400, reconnectMaxDelay: 4_000, ...htmx.config.sse };

let source = null; // the element that carries the stream
let lost = 0; // when the stream went away, 0 while it is up
let heard = 0; // when anything came last
let beats = false; // the server sends heartbeats
let retry = 0;
export const live = { paused: false, held: 0, draw };

export function draw() {
  const state = live.paused ? 'paused' : lost && Date.now() - lost >= GRACE ? 'down' : 'up';
  for (const pill of document.querySelectorAll('[data-live]')) {
    const text = pill.dataset[state] || pill.dataset.up;
    const label = pill.querySelector('[data-live-text]');
    if (pill.dataset.state !== state) pill.dataset.state = state;
    if (label && label.textContent !== text) label.textContent = text;
  }
}
function stamp() {
  const now = new Date();
  for (const time of document.querySelectorAll('[data-live-time]')) {
    time.dateTime = now.toISOString();
    time.textContent = now.toLocaleTimeString(document.documentElement.lang || 'fr', { hour12: false });
  }
}
const up = () => {
  lost = 0;
  retry = 0;
  heard = Date.now();
  draw();
};
const down = () => {
  lost ||= Date.now();
  draw();
};
const isSource = (element) => element?.hasAttribute?.('hx-sse:connect');

on('htmx:sse:after:connection', (event) => {
  source = event.target;
  up();
});
on('htmx:sse:before:connection', (event) => event.detail.connection.attempt > 0 && down());
on('htmx:sse:error', down);
on('htmx:sse:close', down);
on('htmx:sse:before:message', (event) => {
  up();
  const { message } = event.detail;
  if (message.event === 'pouls') beats = true;
  else stamp();
  if (message.event === 'recharger') renew();
});

/** The first connection failed (server restarting, signed out): hx-sse gives up then, so ask again a little later each time. */
function failed(event) {
  const { ctx } = event.detail;
  if (!isSource(ctx?.sourceElement) || ctx.sourceElement._htmx?.sse) return;
  down();
  const element = ctx.sourceElement;
  const wait = Math.min(4_000, 400 * 2 ** retry++);
  setTimeout(() => {
    if (!element.isConnected || element._htmx?.sse) return;
    htmx.ajax('GET', element.getAttribute('hx-sse:connect'), { source: element });
  }, wait);
}
on('htmx:response:error', (event) => {
  if (!isSource(event.detail.ctx?.sourceElement)) return;
  event.detail.ctx.swap = 'none';
  failed(event);
});
on('htmx:error', failed);

/** Fetches this page again and morphs the parts marked data-live-block (by id) into it. */
async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const block of document.querySelectorAll('[data-live-block][id]')) {
    const found = fresh.getElementById(block.id);
    if (found) htmx.swap({ sourceElement: document.body, target: block, swap: 'outerMorph', text: found.outerHTML });
  }
  document.dispatchEvent(new CustomEvent('smartmarket:renewed'));
}

setInterval(() => {
  const connection = source?._htmx?.sse;
  const quiet = connection && beats && !document.hidden ? Date.now() - heard : 0;
  if (quiet > GRACE) lost ||= heard;
  if (quiet > SILENCE && connection.reader) {
    heard = Date.now();
    connection.reader.cancel(); // hx-sse then connects again
  }
  draw();
}, 1_000);
addEventListener('offline', down);
on('visibilitychange', () => {
  heard = Date.now(); // hidden tabs drop the stream on purpose; it comes back with Last-Event-ID
});
