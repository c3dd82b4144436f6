// Giving a label: to the selected steps, to the words in hand, to what the mouse selected, or to the whole rollout. Asks for a value
// where the label has one, with the best guess filled in, and moves on to the next step.
import { accepting, adding, clearing, perform } from './label-acts.js';
import { recall, remember } from './label-data.js';
import { guess } from './label-guess.js';
import { labelsOn, pending, suggestionsOn, wholeSuggestions } from './label-marks.js';
import { current, goTo, narrow, selected, stepAt } from './label-steps.js';
import { labels, standing } from './label-store.js';
import { selectedByMouse } from './label-text.js';
import { begin } from './label-relate.js';
import { askFor } from './label-value.js';
import * as words from './label-words.js';

const settings = { on: document.querySelector('[data-set="on"]'), value: document.querySelector('[data-set="value"]') };
for (const [name, box] of Object.entries(settings)) {
  if (!box) continue;
  box.checked = (recall(name) ?? '1') === '1';
  box.addEventListener('change', () => remember(name, box.checked ? '1' : '0'));
}
let last = null, pace = 'step';
export const lastGiven = () => last;
export const setPace = (by) => { pace = by; };

export const moveOn = () => {
  const chosen = selected();
  narrow();
  if (settings.on.checked && chosen.length) goTo(chosen.at(-1).index + 1);
};
const give = (kind) => {
  last = kind;
  if (kind.on === 'relation') return begin(kind);
  if (kind.on === 'rollout') return toggleWhole(kind);
  const span = words.span() ?? selectedByMouse();
  if (span) return giveSpan(kind, span);
  return giveSteps(kind);
};
const toggleWhole = (kind) => {
  const held = standing().filter((label) => label.start === null && !label.first && label.name === kind.name);
  if (held.length) return perform(clearing(held));
  const suggested = wholeSuggestions().find((each) => each.name === kind.name);
  const acts = suggested ? accepting(suggested) : adding(kind.name, null, null);
  perform(acts);
  return kind.has_value ? askFor(acts.at(-1).key) : undefined;
};
const giveSpan = (kind, [start, end]) => {
  const acts = adding(kind.name, start, end, kind.has_value ? guess(kind, start, end) : '');
  perform(acts);
  window.getSelection().removeAllRanges();
  words.afterLabel();
  return kind.has_value ? ask(acts.at(-1).key) : undefined;
};
const giveSteps = (kind) => {
  const chosen = selected();
  const held = chosen.map((step) => labelsOn(step).find((label) => label.name === kind.name));
  if (chosen.length && held.every(Boolean)) return perform(clearing(held));
  const acts = chosen.filter((step, n) => !held[n]).flatMap((step) => actsFor(kind, step));
  perform(acts);
  if (kind.has_value && chosen.length === 1) return ask(acts.at(-1).key, moveOn);
  return moveOn();
};
// The same label as a suggestion on the step accepts that one.
const actsFor = (kind, step) => {
  const suggested = suggestionsOn(step).find((each) => each.name === kind.name);
  return suggested ? accepting(suggested) : adding(kind.name, step.start, step.end, kind.has_value ? guess(kind, step.start, step.end) : '');
};
const ask = (key, then) => (settings.value?.checked || !labels.get(key).value ? askFor(key, then) : then?.());

// The first suggestion on the step; where it has none, one for the whole rollout.
const inHand = () => (current() ? suggestionsOn(current())[0] : undefined) ?? wholeSuggestions()[0];
export const accept = () => {
  const found = inHand();
  if (!found) return false;
  perform(accepting(found));
  onward();
  return true;
};
export const reject = () => {
  const found = inHand();
  if (!found) return false;
  perform([{ verb: 'reject', suggestion: found.key }]);
  onward();
  return true;
};
const onward = () => {
  if (!current() || suggestionsOn(current()).length) return;
  if (pace === 'suggestion') nextSuggestion(1); else moveOn();
};
export const nextSuggestion = (direction) => {
  const step = current(), found = pending();
  const next = direction > 0 ? found.find((each) => !step || each.start >= step.end) : found.findLast((each) => step && each.start < step.start);
  if (next) goTo(stepAt(next.start).index);
  return Boolean(next);
};
export const clear = () => perform(clearing(selected().flatMap(labelsOn)));
export { give };
