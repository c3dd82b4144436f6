// The labels, decisions and comments as this page knows them; carries out acts as the server does, and tells how to take them back.
import { data } from './label-data.js';

export const labels = new Map();
export const suggestions = new Map(data.suggestions.map((each) => [each.key, each]));
export const decisions = new Map();
export const comments = new Map();
export const placeOf = (of) => (of.start === null || of.start === undefined ? '' : `${of.turn}:${of.start}:${of.end}`);
export const standing = () => [...labels.values()].filter((label) => !label.removed);
export const isPending = (suggestion) => !decisions.has(suggestion.key);
export const relationsOf = (key) => standing().filter((each) => each.first === key || each.other === key);

const listeners = [];
export const onChange = (listener) => { listeners.push(listener); };
// `changed`: the labels and suggestions that look otherwise now; null for all.
const tell = (changed) => { for (const listener of listeners) listener(changed); };

const load = (state) => {
  labels.clear(); decisions.clear(); comments.clear();
  for (const each of state.labels) labels.set(each.key, { ...each, removed: false });
  for (const [key, decision] of Object.entries(state.decisions)) decisions.set(key, decision);
  for (const each of state.comments) comments.set(placeOf(each), each.text);
};

const remove = (key, changed) => {
  const label = labels.get(key);
  if (!label || label.removed) return [];
  const gone = [label, ...relationsOf(key)];
  for (const each of gone) { each.removed = true; changed.add(each); }
  return gone.map((each) => ({ verb: 'restore', key: each.key }));
};
const put = (label, changed) => {
  if (labels.has(label.key)) return [];
  labels.set(label.key, label);
  changed.add(label);
  return [{ verb: 'remove', key: label.key }];
};
const decide = (key, decision, changed) => {
  const before = decisions.get(key);
  if (decision) decisions.set(key, decision); else decisions.delete(key);
  if (suggestions.has(key)) changed.add(suggestions.get(key));
  if (!before) return { verb: 'undecide', suggestion: key };
  return before.accepted ? { verb: 'accept', suggestion: key, key: before.label } : { verb: 'reject', suggestion: key };
};
const verbs = {
  add: (act, changed) => put({ key: act.key, name: act.name, value: act.value ?? '', turn: act.turn ?? null, start: act.start ?? null, end: act.end ?? null, first: null, other: null, removed: false }, changed),
  relate: (act, changed) => put({ key: act.key, name: act.name, value: '', turn: null, start: null, end: null, first: act.first, other: act.other, removed: false }, changed),
  remove: (act, changed) => remove(act.key, changed),
  restore: (act, changed) => {
    const label = labels.get(act.key);
    if (!label?.removed) return [];
    label.removed = false;
    changed.add(label);
    return [{ verb: 'remove', key: act.key }];
  },
  accept: (act, changed) => {
    const from = suggestions.get(act.suggestion);
    if (!from) return [];
    const made = put({ ...from, key: act.key, value: act.value || from.value, removed: false }, changed);
    return [...made, decide(act.suggestion, { accepted: true, label: act.key }, changed)];
  },
  reject: (act, changed) => [decide(act.suggestion, { accepted: false, label: null }, changed)],
  undecide: (act, changed) => [decide(act.suggestion, null, changed)],
  comment: (act) => {
    const place = placeOf(act), before = comments.get(place) ?? '';
    if (act.text) comments.set(place, act.text); else comments.delete(place);
    return [{ ...act, text: before }];
  },
};

// Carries out acts here, in order; returns those that take them back.
export const carryOut = (acts) => {
  const changed = new Set();
  let back = [];
  for (const act of acts) back = [...verbs[act.verb](act, changed), ...back];
  tell(changed);
  return back;
};
// The server's word on what stands; `unsent` is what it has not been told yet.
export const replaceAll = (state, unsent) => {
  load(state);
  const changed = new Set();
  for (const act of unsent) verbs[act.verb](act, changed);
  tell(null);
};
load(data);
