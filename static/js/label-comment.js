// The comment on the current step, or on the whole rollout where none is: T opens it, Enter keeps it, Esc leaves it as it was.
import { perform, placed } from './label-acts.js';
import { data } from './label-data.js';
import { isHere, lineOf } from './label-text.js';
import { comments, onChange, placeOf } from './label-store.js';
import { current } from './label-steps.js';
import { rowAt, trace } from './reader-line.js';

const field = document.querySelector('[data-comment]');
let place = null;

const placeNow = () => { const step = current(); return step ? placed(step.start, step.end) : {}; };
const follow = () => {
  if (document.activeElement === field) return;
  place = placeNow();
  field.value = comments.get(placeOf(place)) ?? '';
};
export const open = () => { follow(); field.focus(); };
const keep = () => {
  const text = field.value.trim();
  if (place && text !== (comments.get(placeOf(place)) ?? '')) perform([{ verb: 'comment', text, ...place }]);
};
field.addEventListener('focus', () => { place = placeNow(); });
field.addEventListener('blur', keep);
field.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') { field.value = comments.get(placeOf(place)) ?? ''; trace.focus({ preventScroll: true }); event.stopPropagation(); }
  if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey) { event.preventDefault(); event.stopPropagation(); trace.focus({ preventScroll: true }); }
});

let noted = [];
const draw = () => {
  for (const row of noted) { row.classList.remove('noted'); row.removeAttribute('title'); }
  noted = [];
  for (const [where, text] of comments) {
    const [turn, start] = where.split(':').map(Number);
    if (!where || turn !== data.turn || !isHere(start)) continue;
    const row = rowAt(lineOf(start));
    row.classList.add('noted');
    row.title = text;
    noted.push(row);
  }
};
trace.addEventListener('label:step', follow);
onChange(() => { draw(); follow(); });
draw();
follow();
