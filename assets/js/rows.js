// Live rows of a table: <tbody data-live-rows>, every <tr id="commande-42" data-seq="1234">. A message carries a whole row:
//   <hx-partial hx-target="#commande-42" hx-swap="outerMorph"><tr id="commande-42" data-seq="1240">…</tr></hx-partial>
// A row that is on the page is morphed in place, but not while the pointer or the focus is in it; a row that is not on the page waits
// behind the banner until someone asks for it; an older version than the one shown is dropped. So nothing moves by itself, nothing is
// lost, and a message that comes twice does no harm.
import { closest, on } from './dom.js';
import { live } from './stream.js';

const MOST = 200; // rows that may wait; beyond that the banner's link loads the page
const fresh = new Map(); // id -> HTML of rows behind the banner
const held = new Map(); // id -> change that waits for pointer, focus or the end of a pause
const seq = (row) => Number(row?.dataset.seq ?? 0);
const say = (element, count) => (count === 1 ? element.dataset.one : element.dataset.other).replace('{n}', count.toLocaleString(document.documentElement.lang || 'fr'));
const inUse = (row) => row.matches(':hover, :focus-within') || Boolean(row.querySelector('details[open]'));

/** Does `work`; the row under the pointer keeps its place on the screen. */
function inPlace(work, except = null) {
  const anchor = document.querySelector('[data-live-rows] tr:is(:hover, :focus-within)');
  const top = anchor?.getBoundingClientRect().top;
  work();
  if (anchor?.isConnected && anchor !== except) scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: 'instant' });
}
function banner() {
  const bar = document.querySelector('[data-live-banner]');
  if (!bar) return;
  const link = bar.querySelector('a');
  inPlace(() => {
    link.hidden = fresh.size === 0;
    bar.querySelector('[data-live-count]').textContent = fresh.size ? say(bar, fresh.size) : '';
  });
}

/** Puts a change on the page. */
function apply({ id, html, gone }) {
  const row = document.getElementById(id);
  if (!row) return;
  inPlace(() => {
    if (gone) row.remove();
    else window.htmx.swap({ sourceElement: row, target: row, swap: 'outerMorph', text: html });
  }, row);
}
function settle() {
  if (live.paused) return;
  const used = document.querySelector('[data-live-rows]:is(:hover, :focus-within)');
  for (const [id, change] of held) {
    const row = document.getElementById(id);
    // a row that leaves would move those below it: wait until nobody is in the table
    if (row && (inUse(row) || (change.gone && used))) continue;
    held.delete(id);
    apply(change);
  }
}

function take(change) {
  const row = document.getElementById(change.id);
  if (!row) {
    if (change.gone) fresh.delete(change.id);
    else if (fresh.size < MOST || fresh.has(change.id)) fresh.set(change.id, change.html);
    return banner();
  }
  const known = held.get(change.id);
  if (!change.gone && change.seq && change.seq <= Math.max(seq(row), known?.seq ?? 0)) return;
  if (change.gone) row.classList.add('is-gone');
  held.set(change.id, change);
  settle();
}

/** Takes the rows out of a live message before htmx swaps the rest of it. */
on('htmx:before:swap', (event) => {
  const { ctx, tasks } = event.detail;
  if (!ctx.sourceElement?.hasAttribute?.('hx-sse:connect')) return;
  const body = document.querySelector('[data-live-rows]');
  for (let at = tasks.length - 1; at >= 0; at--) {
    const { fragment, target, swapSpec, type } = tasks[at];
    if (type !== 'partial') continue;
    const row = fragment.querySelector?.('tr[id]');
    const leaves = swapSpec.style === 'delete' && target?.closest?.('[data-live-rows]');
    if (row || leaves || !target || live.paused) tasks.splice(at, 1);
    if (leaves) take({ id: target.id, gone: true });
    else if (row && body) take({ id: row.id, html: row.outerHTML, seq: seq(row) });
    else if (live.paused && target) later.set(target, { target, swapSpec, html: holder(fragment) });
  }
});
// parts other than rows (figures, activity) that came during a pause: the last one of each place is shown at its end
const later = new Map();
function holder(fragment) {
  const template = document.createElement('template');
  template.content.append(fragment);
  return template.innerHTML;
}

// ---- the banner's link: the waiting rows come in, newest first
on('click', (event) => {
  const link = closest(event, '[data-live-banner] a');
  const body = document.querySelector('[data-live-rows]');
  if (!link || !body || event.ctrlKey || event.metaKey || fresh.size >= MOST) return;
  event.preventDefault();
  const parsed = document.createElement('template');
  parsed.innerHTML = [...fresh.values()].join('');
  const rows = [...parsed.content.children].sort((a, b) => seq(b) - seq(a));
  for (const row of rows) row.classList.add('is-new');
  body.prepend(...rows);
  for (const row of rows) window.htmx.process(row);
  body.closest('table')?.parentElement?.querySelector('.empty')?.remove();
  fresh.clear();
  banner();
  rows[0]?.querySelector('a')?.focus();
});

// ---- pause
on('click', (event) => {
  const button = closest(event, '[data-live-pause]');
  if (!button) return;
  live.paused = !live.paused;
  button.setAttribute('aria-pressed', live.paused);
  live.draw();
  if (live.paused) return;
  for (const { target, swapSpec, html } of later.values()) {
    if (target.isConnected) window.htmx.swap({ sourceElement: document.body, target, swap: swapSpec.style, text: html });
  }
  later.clear();
  settle();
});

on('smartmarket:renewed', () => {
  for (const id of [...fresh.keys()]) if (document.getElementById(id)) fresh.delete(id);
  banner();
});
for (const type of ['pointerout', 'focusout', 'toggle']) on(type, () => held.size && setTimeout(settle, 60), true);
setInterval(() => held.size && settle(), 1_000);
