// Labels and suggestions by the step they begin in and the line they stand on; which steps have one. Draws nothing.
import { kindOf } from './label-data.js';
import { isHere, lineOf } from './label-text.js';
import { isPending, labels, onChange, standing, suggestions } from './label-store.js';
import { stepsIn } from './label-steps.js';
import { data } from './label-data.js';

const byLine = new Map();
const covered = new Map();
const listed = new Map();
const counts = new Map();
const listeners = [];
export const onMarks = (listener) => { listeners.push(listener); };

const isDrawn = (each) => each.start !== null && each.turn === data.turn && isHere(each.start) && !each.first;
const isStanding = (each) => (suggestions.has(each.key) ? isPending(each) : !each.removed);
const order = (a, b) => a.start - b.start || kindOf(a.name).order - kindOf(b.name).order || (a.key < b.key ? -1 : 1);

export const onLine = (line) => [...(byLine.get(line) ?? [])].sort(order);
export const lines = () => byLine.keys();
export const isLabelled = (step) => (covered.get(step.index) ?? 0) > 0;
export const nLabelled = () => covered.size;
export const nOf = (name) => counts.get(name) ?? 0;
export const labelsOn = (step) => of(step).filter((each) => !suggestions.has(each.key));
export const suggestionsOn = (step) => of(step).filter((each) => suggestions.has(each.key));
const of = (step) => {
  const found = [];
  const [first, last] = [lineOf(step.start), lineOf(Math.max(step.start, step.end - 1))];
  for (let line = first; line <= last; line += 1) for (const each of byLine.get(line) ?? []) if (each.start < step.end && each.start >= step.start) found.push(each);
  return found.sort(order);
};
export const ordered = () => standing().filter(isDrawn).sort(order);
export const wholeSuggestions = () => [...suggestions.values()].filter((each) => isPending(each) && each.start === null);
export const pending = () => [...suggestions.values()].filter((each) => isPending(each) && isDrawn(each)).sort(order);

const count = (map, key, by) => {
  const n = (map.get(key) ?? 0) + by;
  if (n > 0) map.set(key, n); else map.delete(key);
};
// Puts one label or suggestion in, or takes it out, where its standing differs from what is listed.
const settle = (each, touched) => {
  const stands = isStanding(each), was = listed.get(each.key) ?? false;
  const drawn = isDrawn(each);
  if (drawn) touched.add(lineOf(each.start));
  if (stands === was) return;
  listed.set(each.key, stands);
  const by = stands ? 1 : -1, isLabel = !suggestions.has(each.key);
  if (isLabel) count(counts, each.name, by);
  if (!drawn) return;
  const line = lineOf(each.start);
  if (!byLine.has(line)) byLine.set(line, new Set());
  if (stands) byLine.get(line).add(each); else byLine.get(line).delete(each);
  if (isLabel) for (const step of stepsIn(each.start, each.end)) count(covered, step.index, by);
};
const all = () => {
  const before = [...byLine.keys()];
  for (const map of [byLine, covered, listed, counts]) map.clear();
  const touched = new Set(before);
  for (const each of [...labels.values(), ...suggestions.values()]) settle(each, touched);
  return touched;
};
onChange((changed) => {
  const touched = changed ? new Set() : all();
  for (const each of changed ?? []) {
    settle(each, touched);
    for (const end of [each.first, each.other]) { const label = end && labels.get(end); if (label && isDrawn(label)) touched.add(lineOf(label.start)); }
  }
  for (const listener of listeners) listener(touched, changed === null);
});
export const begin = () => { const touched = all(); for (const listener of listeners) listener(touched, true); };
