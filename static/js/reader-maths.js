// Maths or raw: swaps formulas for their source in place; where the server sent raw text it follows the link. M does the same.
import { centre, currentRow, trace } from './reader-line.js';

const links = [...document.querySelectorAll('[data-maths]')];
const swapped = new Map();
const isRaw = () => document.querySelector('[data-maths="raw"]').getAttribute('aria-current') === 'true';

const toRaw = () => {
  for (const math of [...document.querySelectorAll('.trace math, .aside math')]) {
    const source = document.createElement('code');
    source.className = 'tex';
    source.textContent = math.getAttribute('alttext');
    math.replaceWith(source);
    swapped.set(source, math);
  }
};
const toMaths = () => {
  for (const [source, math] of swapped) source.replaceWith(math);
  swapped.clear();
};
const choose = (link, event) => {
  const raw = link.dataset.maths === 'raw';
  if (raw === isRaw()) { event?.preventDefault(); return; }
  if (!raw && !swapped.size) { location.assign(link.href + location.hash); return; }
  event?.preventDefault();
  (raw ? toRaw : toMaths)();
  for (const each of links) { if (each === link) each.setAttribute('aria-current', 'true'); else each.removeAttribute('aria-current'); }
  history.replaceState(null, '', link.getAttribute('href') + location.hash);
  if (currentRow()) centre(currentRow());
  trace.dispatchEvent(new CustomEvent('reader:text'));
};
for (const link of links) link.addEventListener('click', (event) => choose(link, event));
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog')) return;
  if (event.key === 'm') choose(links.find((link) => link.getAttribute('aria-current') !== 'true'));
});
