// The scripts of the back office: htmx with live streams, what every page needs, live rows, selections, the search key.
// The contract with the pages (ids, data- attributes, messages) is told in ../README.md.
import 'htmx.org/dist/htmx.esm.min.js';
import './base.js';
import { closest, on } from './dom.js';
import './stream.js';
import './rows.js';

// ---- '/' goes to the search box
on('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, [contenteditable]')) return;
  const box = document.querySelector('.top input[type="search"]');
  if (!box || !box.offsetParent) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// ---- selections: <input type="checkbox" data-select-all>, rows' boxes in tbody, <b data-select-count data-one="…" data-other="…">
const boxes = (form) => [...form.querySelectorAll('tbody input[type="checkbox"]:not(:disabled)')];
function count(form) {
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked).length;
  for (const head of form.querySelectorAll('[data-select-all]')) {
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
  for (const label of form.querySelectorAll('[data-select-count]')) {
    label.textContent = (ticked === 1 ? label.dataset.one : label.dataset.other).replace('{n}', ticked);
  }
}
let last = null;
on('click', (event) => {
  const box = closest(event, 'tbody input[type="checkbox"]');
  if (!box?.form) return;
  const all = boxes(box.form);
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
});
on('change', (event) => {
  const { form } = event.target;
  if (!form) return;
  if (closest(event, '[data-select-all]')) for (const box of boxes(form)) box.checked = event.target.checked;
  if (event.target.type === 'checkbox') count(form);
});
on('reset', (event) => setTimeout(() => count(event.target)));
const recount = () => document.querySelectorAll('form:has([data-select-count])').forEach(count);
on('htmx:after:swap', recount);
on('DOMContentLoaded', recount);
