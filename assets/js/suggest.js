// The search field as a combobox: the server puts options into #suggestions, the arrows choose, Enter follows, Escape closes.
// Without this script the field is a plain search form.
import { on } from './dom.js';

let field;
let list;
let chosen = null;
const options = () => [...list.querySelectorAll('[role=option]')];

function choose(option) {
  chosen?.removeAttribute('aria-selected');
  chosen = option ?? null;
  if (!chosen) return field.removeAttribute('aria-activedescendant');
  chosen.setAttribute('aria-selected', 'true');
  field.setAttribute('aria-activedescendant', chosen.id);
  chosen.scrollIntoView({ block: 'nearest' });
}

function show(open) {
  choose();
  list.hidden = !open;
  field.setAttribute('aria-expanded', open);
}

on('DOMContentLoaded', () => {
  field = document.querySelector('[data-suggest]');
  list = document.getElementById('suggestions');
  if (!field) return;
  const attributes = { role: 'combobox', 'aria-controls': list.id, 'aria-expanded': 'false', 'aria-autocomplete': 'list' };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  field.addEventListener('input', () => (field.value.trim().length < 2 ? show(false) : choose()));
  field.addEventListener('blur', () => show(false));
  // the field keeps the focus while an option is pressed
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  field.addEventListener('keydown', (event) => {
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      if (list.hidden) show(true);
      // one place more than options: before the first stands the field itself
      const at = (all.indexOf(chosen) + 1 + step + all.length + 1) % (all.length + 1);
      choose(all[at - 1]);
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      chosen.click();
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
});

on('htmx:after:swap', () => {
  const said = list?.querySelector('[data-said]:not([data-told])');
  if (!said) return;
  said.dataset.told = '';
  const open = document.activeElement === field && field.value.trim().length > 1 && options().length > 0;
  show(open);
  document.getElementById('suggestions-n').textContent = open ? said.dataset.said : '';
});
