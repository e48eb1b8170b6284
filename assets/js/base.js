// What every page needs, shop and back office alike. All by delegation from the document, so that swapped parts need no set-up,
// and all on top of links and forms that work without it. Texts come from the page (data- attributes), never from here.
//
//   data-qty="-1|1"        a button inside .qty: steps the number input beside it
//   data-autosubmit        on a form or a control: a change submits the form
//   data-confirm="…"       on a form or a submit button (htmx: hx-confirm): asks in #confirmer first; data-confirm-yes="…" names the act
//   data-autofocus         gets the focus on load and after a swap (error summary, results heading)
//   data-server-checked    true|false: after a morph the server's tick wins over the browser's
//   data-menu              on <details>: closes on Escape and on a click elsewhere (.burger does too)
//   data-pwd (data-hide="…"), data-print   show or hide the password beside it; print the page

import { closest, on } from './dom.js';

// ---- quantities
on('click', (event) => {
  const button = closest(event, '[data-qty]');
  const input = button?.closest('.qty')?.querySelector('input');
  if (!input) return;
  const before = input.value;
  if (+button.dataset.qty < 0) input.stepDown();
  else input.stepUp();
  if (input.value !== before) for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
});

// ---- forms that send themselves
const waiting = new WeakMap();
on('change', (event) => {
  const form = event.target.form;
  if (!form || !closest(event, '[data-autosubmit]')) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => form.isConnected && form.requestSubmit(), event.target.type === 'number' ? 400 : 0));
});

// ---- confirmation in the page's own dialog
function confirmed(text, yes) {
  const dialog = document.getElementById('confirmer');
  if (!dialog?.showModal) return Promise.resolve(window.confirm(text));
  const act = dialog.querySelector('[data-confirm-yes]');
  act.dataset.plain ??= act.textContent;
  dialog.querySelector('[data-confirm-text]').textContent = text;
  act.textContent = yes || act.dataset.plain;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'oui'), { once: true }));
}

const agreed = new WeakSet();
on('submit', async (event) => {
  const form = event.target;
  const asking = event.submitter?.dataset.confirm !== undefined ? event.submitter : form;
  if (asking.dataset.confirm === undefined || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // before htmx sees it
  const submitter = event.submitter;
  if (!(await confirmed(asking.dataset.confirm, asking.dataset.confirmYes)) || !form.isConnected) return;
  agreed.add(form);
  form.requestSubmit(submitter?.isConnected ? submitter : undefined);
}, true);

on('htmx:confirm', (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  const source = ctx.sourceElement;
  confirmed(ctx.confirm, source?.dataset?.confirmYes).then((yes) => (yes ? issueRequest() : dropRequest()));
});

// ---- one submit a form: a second one is swallowed until the answer or a return to the page
const buttons = (form) => [...form.elements].filter((control) => control.type === 'submit');
function release(form) {
  delete form.dataset.sent;
  for (const button of buttons(form)) {
    if (button.dataset.held === undefined) continue;
    delete button.dataset.held;
    button.disabled = false;
  }
}
function hold(form) {
  form.dataset.sent = '';
  // after the browser has read the pressed button's name and value
  setTimeout(() => {
    if (form.dataset.sent === undefined) return;
    for (const button of buttons(form)) {
      if (button.disabled) continue;
      button.dataset.held = '';
      button.disabled = true;
    }
  });
}
const pressed = new WeakSet(); // two presses before the first request has even begun
on('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent !== undefined || pressed.has(form)) {
    event.preventDefault();
    return event.stopImmediatePropagation();
  }
  pressed.add(form);
  setTimeout(() => pressed.delete(form), 300);
}, true);
on('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post' || event.submitter?.formMethod === 'get') return;
  hold(form);
  setTimeout(() => release(form), 15_000); // the answer was a download, or never came
});
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(release));

// ---- htmx requests: hold the form, tell readers that a part is being renewed (after 200 ms)
const busy = new WeakMap();
const streaming = (ctx) => ctx.sourceElement?.hasAttribute?.('hx-sse:connect');
on('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  if (streaming(ctx)) return;
  const form = ctx.sourceEvent?.type === 'submit' ? ctx.sourceElement : null;
  if (form instanceof HTMLFormElement && form.method === 'post') {
    ctx.heldForm = form;
    ctx.heldFocus = form.contains(document.activeElement) ? document.activeElement : null;
    hold(form);
  }
  const { target } = ctx;
  if (target instanceof Element && target !== document.body) busy.set(ctx, setTimeout(() => target.setAttribute('aria-busy', 'true'), 200));
});
on('htmx:finally:request', (event) => {
  const { ctx } = event.detail;
  clearTimeout(busy.get(ctx));
  if (ctx.target instanceof Element) ctx.target.removeAttribute('aria-busy');
  if (ctx.heldForm) release(ctx.heldForm);
  // a disabled button loses the focus: give it back if nothing else has taken it
  if (ctx.heldFocus?.isConnected && document.activeElement === document.body) ctx.heldFocus.focus();
});

// ---- a failed request keeps the page as it is and says so (<template id="panne"> of the layout)
function failed() {
  const text = document.getElementById('panne');
  if (!text || document.querySelector('main > .flash--net')) return;
  const flash = text.content.firstElementChild.cloneNode(true);
  flash.classList.add('flash--net');
  document.querySelector('main')?.prepend(flash);
}
on('htmx:response:error', (event) => {
  const { ctx } = event.detail;
  if (streaming(ctx) || ctx.response.status < 500) return;
  ctx.swap = 'none';
  ctx.text = '';
  failed();
});
on('htmx:error', (event) => event.detail.ctx && !streaming(event.detail.ctx) && failed());
on('htmx:before:request', (event) => streaming(event.detail.ctx) || document.querySelector('main > .flash--net')?.remove());

// ---- after a swap: the server's ticks, and where the focus goes
function settle() {
  for (const box of document.querySelectorAll('[data-server-checked]')) box.checked = box.dataset.serverChecked === 'true';
  const wanted = document.querySelector('[data-autofocus]:not([data-focused])');
  if (!wanted) return;
  wanted.dataset.focused = '';
  wanted.focus();
}
on('htmx:after:swap', settle);
// 'htmx:after:swap' also fires for live messages: only a part that asks for the focus gets it, once

on('click', (event) => {
  const link = closest(event, '.errsum a[href^="#"]');
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  (field.labels?.[0] ?? field.closest('fieldset') ?? field).scrollIntoView({ block: 'start' });
  field.focus({ preventScroll: true });
});

// ---- toasts leave by themselves, not while they are read
function stay(toast) {
  const time = +(toast.dataset.toast || (toast.querySelector('a, button') ? 12_000 : 6_000));
  const leave = () => {
    if (toast.matches(':hover, :focus-within')) setTimeout(leave, 1_000);
    else toast.remove();
  };
  setTimeout(leave, time);
}
function watchToasts() {
  const region = document.getElementById('toasts');
  if (!region) return;
  for (const toast of region.querySelectorAll('.toast')) stay(toast);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.classList?.contains('toast')) stay(node);
    while (region.children.length > 4) region.firstElementChild.remove();
  }).observe(region, { childList: true });
}

// ---- menus, passwords, print
const menus = 'details[data-menu][open], details.burger[open]';
on('keydown', (event) => {
  if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return;
  const menu = document.activeElement?.closest(menus) ?? document.querySelector(menus);
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});
on('click', (event) => {
  for (const menu of document.querySelectorAll(menus)) if (!menu.contains(event.target)) menu.open = false;
  if (closest(event, '[data-print]')) window.print();
  const eye = closest(event, '[data-pwd]');
  const field = eye?.parentElement.querySelector('input');
  if (!field) return;
  const shown = field.type === 'password';
  field.type = shown ? 'text' : 'password';
  if (!eye.dataset.hide) return eye.setAttribute('aria-pressed', shown);
  // the words change, so the state is not told twice
  eye.removeAttribute('aria-pressed');
  eye.dataset.show ??= eye.textContent;
  eye.textContent = shown ? eye.dataset.hide : eye.dataset.show;
});

on('DOMContentLoaded', () => {
  watchToasts();
  settle();
});
