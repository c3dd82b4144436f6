// Keys of the page of disagreements: J/K move, a key of a button presses it on the current place, Enter goes on.
import { typing } from './keys.js';

const places = () => [...document.querySelectorAll('[data-matters] [data-matter]')];
const finish = document.querySelector('[data-finish]');
let current = null;

const at = (place) => {
  if (!place) return;
  document.querySelector('[data-matter][aria-current]')?.removeAttribute('aria-current');
  place.setAttribute('aria-current', 'true');
  current = place.id;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'nearest' });
};
const number = () => places().findIndex((place) => place.id === current);
const go = (step) => {
  const all = places();
  const next = number() + step;
  if (next >= all.length) { finish?.focus(); return; }
  at(all[Math.max(next, 0)]);
};

document.addEventListener('keydown', (event) => {
  if (document.querySelector('dialog[open]')) return;
  const field = event.target.closest('input[name="value"]');
  if (event.key === 'Escape' && field) { at(field.closest('[data-matter]')); return; }
  if (typing(event)) return;
  const key = event.key.toLowerCase();
  if (key === 'j') go(1);
  else if (key === 'k') go(-1);
  else if (key === 'enter' && !event.target.closest('a, button, summary')) { event.preventDefault(); go(1); }
  else if (current) document.getElementById(current)?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
});
document.addEventListener('focusin', (event) => {
  const place = event.target.closest('[data-matter]');
  if (place && place.id !== current) {
    document.querySelector('[data-matter][aria-current]')?.removeAttribute('aria-current');
    place.setAttribute('aria-current', 'true');
    current = place.id;
  }
});
document.addEventListener('htmx:afterSettle', () => {
  const place = current && document.getElementById(current);
  if (place && !place.hasAttribute('aria-current')) at(place);
});
at(places().find((place) => place.classList.contains('open')) ?? places()[0]);
