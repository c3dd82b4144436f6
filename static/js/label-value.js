// The field of a label's value: asked for after a label that has one, opened by "=" or a click on its tag. Enter keeps, Esc leaves.
import { perform, revaluing } from './label-acts.js';
import { kindOf } from './label-data.js';
import { labelsOn, onMarks } from './label-marks.js';
import { labels } from './label-store.js';
import { current } from './label-steps.js';
import { trace } from './reader-line.js';

const box = document.querySelector('[data-value-box]');
const field = box?.querySelector('input');
const choice = box?.querySelector('select');
let held = null, after = null;

const shownFor = (label) => (kindOf(label.name).values.length ? choice : field);
const fill = (label) => {
  const shown = shownFor(label);
  for (const each of [field, choice]) each.hidden = each !== shown;
  if (shown === choice) choice.replaceChildren(...['', ...kindOf(label.name).values].map((value) => new Option(value || '–', value)));
  shown.value = label.value;
  shown.disabled = false;
  return shown;
};
export const askFor = (key, then = null) => {
  const label = labels.get(key);
  if (!box || !label || label.removed) { then?.(); return; }
  held = key; after = then;
  const shown = fill(label);
  shown.focus();
  shown.select?.();
};
const onStep = () => {
  const step = current();
  return step ? labelsOn(step).find((label) => kindOf(label.name).has_value) : undefined;
};
export const edit = (label = onStep()) => { if (label && kindOf(label.name).has_value) askFor(label.key); return Boolean(label); };

const keep = () => {
  const label = held && labels.get(held);
  if (!label || label.removed) return;
  const value = shownFor(label).value.trim();
  if (value === label.value) return;
  const [key, acts] = revaluing(label, value);
  held = key;
  perform(acts);
};
const leave = (isKept) => {
  const then = isKept ? after : null;
  if (isKept) keep();
  held = after = null;
  trace.focus({ preventScroll: true });
  then?.();
  follow();
};
for (const each of box ? [field, choice] : []) {
  each.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.ctrlKey) { event.preventDefault(); event.stopPropagation(); leave(true); }
    if (event.key === 'Escape') { event.stopPropagation(); leave(false); }
  });
  each.addEventListener('focus', () => { held ??= onStep()?.key ?? null; });
  each.addEventListener('blur', () => { if (held) { keep(); held = after = null; } });
}
// While nobody types, the field shows the value of the step's label.
const follow = () => {
  if (!box || held) return;
  const label = onStep();
  if (label) fill(label); else { field.value = ''; field.disabled = true; field.hidden = false; choice.hidden = true; }
};
trace.addEventListener('label:step', follow);
onMarks(follow);
trace.addEventListener('click', (event) => {
  const tag = event.target.closest('.tag');
  if (tag && labels.has(tag.dataset.key)) edit(labels.get(tag.dataset.key));
});
