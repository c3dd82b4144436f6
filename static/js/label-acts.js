// What a person does: carried out here at once, told to the other tabs, queued for the server; undone and done again.
import { data } from './label-data.js';
import { carryOut, decisions, labels, relationsOf, standing } from './label-store.js';
import { enqueue } from './label-queue.js';
import { share } from './label-tabs.js';

const done = [], undone = [];
export const newKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};
export const placed = (start, end) => ({ turn: data.turn, start, end, text_hash: data.text_hash });

const pass = (acts) => { enqueue(acts); share(acts); };
export const perform = (acts) => {
  if (!acts.length) return;
  done.push(carryOut(acts));
  undone.length = 0;
  pass(acts);
};
const step = (from, to) => {
  const acts = from.pop();
  if (!acts) return false;
  to.push(carryOut(acts));
  pass(acts);
  return true;
};
export const undo = () => step(done, undone);
export const redo = () => step(undone, done);
export const canUndo = () => done.length > 0;

const isSpan = (label) => label.start !== null && !label.first;
// What a new label puts away: one of its own kind in the same place, in a scheme of single labels one of any kind.
const displaced = (name, start, end) => standing().filter((label) => {
  if (start === null ? label.start !== null || label.first : !isSpan(label) || label.start !== start || label.end !== end) return false;
  return !data.many || label.name === name;
});
const removing = (each) => ({ verb: 'remove', key: each.key });

export const adding = (name, start, end, value = '') => {
  const key = newKey();
  const place = start === null ? {} : placed(start, end);
  return [...displaced(name, start, end).map(removing), { verb: 'add', key, name, value, ...place }];
};
export const accepting = (suggestion) => [
  ...displaced(suggestion.name, suggestion.start, suggestion.end).map(removing),
  { verb: 'accept', suggestion: suggestion.key, key: newKey() },
];
// Another value is another label: the one before goes, and what hung on it hangs on the new one.
export const revaluing = (label, value) => {
  const key = newKey(), hung = relationsOf(label.key);
  const place = label.start === null ? {} : { turn: label.turn, start: label.start, end: label.end, text_hash: data.text_hash };
  const again = hung.map((each) => ({ verb: 'relate', key: newKey(), name: each.name, first: each.first === label.key ? key : each.first, other: each.other === label.key ? key : each.other }));
  const from = [...decisions].find(([, decision]) => decision.label === label.key);
  const made = from && value ? { verb: 'accept', suggestion: from[0], key, value } : { verb: 'add', key, name: label.name, value, ...place };
  return [key, [removing(label), made, ...again]];
};
export const clearing = (found) => found.map(removing);
export const relating = (name, first, other) => [{ verb: 'relate', key: newKey(), name, first, other }];
export const labelOf = (key) => labels.get(key);

