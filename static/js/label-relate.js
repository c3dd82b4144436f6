// Relations: the relation's key begins at the label of the current step, J and K go over the other labels, Enter joins, Esc leaves.
import { perform, relating } from './label-acts.js';
import { kindOf } from './label-data.js';
import { lineOf } from './label-text.js';
import { labelsOn, ordered } from './label-marks.js';
import { current, goTo, stepAt } from './label-steps.js';
import { tell } from './label-tell.js';

const box = document.querySelector('[data-relating]');
let kind = null, from = null, others = [], at = 0, origin = 0;

export const isOn = () => kind !== null;
const name = (label) => `${kindOf(label.name).title}, line ${lineOf(label.start)}`;
const draw = () => {
  for (const tag of document.querySelectorAll('.trace .tag.target')) tag.classList.remove('target');
  if (box) box.hidden = !kind;
  if (!kind) return;
  const to = others[at];
  box.textContent = `${name(from)} ${kind.title} ${name(to)}. J, K other labels; Enter joins; Esc leaves.`;
  document.querySelector(`.trace .tag[data-key="${to.key}"]`)?.classList.add('target');
};
const look = () => { goTo(stepAt(others[at].start).index); draw(); };

export const begin = (which) => {
  if (kind) { kind = which; draw(); return; }
  const step = current(), held = step ? labelsOn(step) : [];
  others = ordered().filter((label) => label.key !== held.at(-1)?.key);
  if (!held.length || !others.length) { tell(held.length ? 'There is no other label to join it with.' : `Label this step first; then ${which.title} joins it with another.`); return; }
  kind = which;
  from = held.at(-1);
  origin = step.index;
  at = Math.max(0, others.findLastIndex((label) => label.start <= from.start));
  look();
};
const end = () => { kind = from = null; draw(); goTo(origin); };
const moves = { j: 1, ArrowDown: 1, ']': 1, k: -1, ArrowUp: -1, '[': -1 };
export const leave = () => { if (!kind) return false; end(); return true; };
export const press = (event) => {
  if (!kind) return false;
  if (event.key === 'Enter') { const acts = relating(kind.name, from.key, others[at].key); end(); perform(acts); return true; }
  if (!(event.key in moves)) return false;
  at = Math.max(0, Math.min(others.length - 1, at + moves[event.key]));
  look();
  return true;
};
