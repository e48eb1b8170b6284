// The scripts of the shop: htmx, what every page needs, the gallery and the sheet of filters on small screens.
import 'htmx.org/dist/htmx.esm.min.js';
import './base.js';
import './suggest.js';
import { closest, on } from './dom.js';

// ---- gallery: thumbnails are links to #photo-n; here they slide without a jump or a history entry
const calm = matchMedia('(prefers-reduced-motion: reduce)');
on('click', (event) => {
  const thumb = closest(event, '.gal__thumbs a');
  const photo = thumb && document.querySelector(thumb.hash);
  if (!photo) return;
  event.preventDefault();
  photo.parentElement.scrollTo({ left: photo.offsetLeft - photo.parentElement.offsetLeft, behavior: calm.matches ? 'auto' : 'smooth' });
});
on('scroll', (event) => {
  const strip = event.target;
  if (!strip.classList?.contains('gal__main')) return;
  const shown = Math.round(strip.scrollLeft / strip.clientWidth);
  strip.closest('.gal').querySelectorAll('.gal__thumbs a').forEach((thumb, index) => {
    if (index === shown) thumb.setAttribute('aria-current', 'true');
    else thumb.removeAttribute('aria-current');
  });
}, { capture: true, passive: true });

// ---- filters: a full sheet by #filtres:target below 60rem; here it also takes the focus and quiets the rest of the page
const narrow = matchMedia('(max-width: 60rem)');
let opener = null;
let quiet = [];
function sheet() {
  const panel = narrow.matches ? document.querySelector('.facets:target') : null;
  const wasOpen = quiet.length > 0;
  for (const element of quiet) element.inert = false;
  quiet = [];
  if (panel) {
    for (let at = panel; at !== document.body; at = at.parentElement) {
      for (const beside of at.parentElement.children) if (beside !== at && !beside.matches('script, .toasts, dialog')) quiet.push(beside);
    }
    for (const element of quiet) element.inert = true;
    if (!wasOpen) panel.querySelector('.facets__close')?.focus();
  } else if (wasOpen) {
    (opener?.isConnected ? opener : document.querySelector('.bar__filter'))?.focus();
  }
}
on('click', (event) => {
  opener = closest(event, 'a[href="#filtres"]') ?? opener;
});
on('keydown', (event) => {
  if (event.key === 'Escape' && quiet.length) location.hash = 'resultats';
});
addEventListener('hashchange', sheet);
narrow.addEventListener('change', sheet);
on('htmx:after:swap', sheet);
on('DOMContentLoaded', sheet);

// ---- assistant: its script and style are fetched when somebody first wants it; without them the link leads to its page
on('click', (event) => {
  const link = closest(event, '[data-assist-open]');
  if (!link || link.dataset.asked || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector('.assist')) return;
  event.preventDefault();
  link.dataset.asked = link.dataset.waiting = '1';
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: link.dataset.css }));
  document.head.append(Object.assign(document.createElement('script'), { src: link.dataset.js, onerror: () => { location.href = link.href; } }));
});
