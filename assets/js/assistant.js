// The assistant with JavaScript: the answer appears as it is written, on its page and in a panel over the shop.
// Everything here is an addition: the link leads to the page, and the form there works by itself.
import { closest, on } from './dom.js';

const element = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text ?? '' });

/** Messages of a stream of server-sent events: [event, data]. */
async function* messages(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    kept += value.replaceAll('\r', '');
    let end;
    while ((end = kept.indexOf('\n\n')) >= 0) {
      const lines = kept.slice(0, end).split('\n');
      kept = kept.slice(end + 2);
      const of = (name) => lines.filter((l) => l.startsWith(`${name}:`)).map((l) => l.slice(name.length + 1).replace(/^ /, '')).join('\n');
      if (lines.some((l) => l.startsWith('data:'))) yield [of('event'), of('data')];
    }
  }
}

async function ask(form) {
  const talk = form.closest('[data-assist]');
  const log = talk.querySelector('[data-assist-log]');
  const input = form.elements.question;
  const question = input.value.trim();
  if (!question || form.dataset.busy) return;
  form.dataset.busy = 'true';
  const query = new URLSearchParams(new FormData(form));
  const turn = element('article', 'assist__turn');
  turn.append(element('p', 'assist__asked', question));
  const box = element('div', 'assist__answer');
  const wait = element('p', 'assist__wait', form.dataset.thinking);
  box.append(wait);
  turn.append(box);
  log.append(turn);
  input.value = '';
  talk.querySelector('[data-assist-examples]')?.remove();
  turn.scrollIntoView({ block: 'nearest' });
  try {
    const response = await fetch(`${form.dataset.stream}?${query}`, { headers: { Accept: 'text/event-stream' } });
    if (!response.ok && !response.headers.get('content-type')?.startsWith('text/event-stream')) throw new Error(String(response.status));
    let whole = false;
    for await (const [event, data] of messages(response)) {
      if (event === 'texte') {
        box.insertBefore(element('p', '', data), wait);
      } else if (event === 'reponse') {
        const part = document.createElement('template');
        part.innerHTML = data;
        const context = part.content.querySelector('[data-assist-context]');
        if (context) form.querySelector('[data-assist-context]').replaceWith(context);
        turn.replaceWith(part.content);
        whole = true;
      } else if (event === 'erreur') {
        box.replaceChildren(element('p', 'err', data));
        input.value = question;
        whole = true;
      }
    }
    if (!whole) throw new Error('cut');
  } catch {
    box.replaceChildren(element('p', 'err', form.dataset.failed));
    input.value = question;
  }
  delete form.dataset.busy;
  log.lastElementChild?.scrollIntoView({ block: 'nearest' });
  input.focus();
}

on('submit', (event) => {
  if (!closest(event, '[data-assist-form]')) return;
  event.preventDefault();
  ask(event.target);
});
on('click', (event) => {
  const example = closest(event, '[data-assist-ask]');
  const form = example?.closest('[data-assist]')?.querySelector('[data-assist-form]');
  if (form) {
    event.preventDefault();
    form.elements.question.value = example.textContent;
    ask(form);
  }
  if (closest(event, '[data-panel-close]')) panel.close();
});

// ---- the panel
let panel = null;
async function open(link) {
  if (!panel) {
    panel = element('dialog', 'panel');
    panel.setAttribute('aria-labelledby', 'panneau-titre');
    const head = element('div', 'panel__head');
    const title = element('h2', '', link.dataset.title);
    title.id = 'panneau-titre';
    const close = element('button', 'iconbtn');
    close.type = 'button';
    close.dataset.panelClose = '';
    close.setAttribute('aria-label', link.dataset.close);
    close.append(element('span', '', '×'));
    close.firstChild.setAttribute('aria-hidden', 'true');
    head.append(title, close);
    panel.append(head);
    const answer = await fetch(link.href, { headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const part = document.createElement('template');
    part.innerHTML = await answer.text();
    panel.append(part.content);
    document.body.append(panel);
  }
  panel.showModal();
  panel.querySelector('[name="question"]')?.focus();
}
const show = (link) => open(link).catch(() => { panel = null; location.href = link.href; });

on('click', (event) => {
  const link = closest(event, '[data-assist-open]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector('.assist')) return;
  event.preventDefault();
  link.closest('details')?.removeAttribute('open');
  show(link);
});
// The click that loaded this script.
const first = document.querySelector('[data-assist-open][data-waiting]');
if (first) {
  delete first.dataset.waiting;
  show(first);
}
