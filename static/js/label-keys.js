// Keys of labelling; they rest while a field or a dialog has focus. Beginning with this module the page comes alive.
import { redo, undo } from './label-acts.js';
import { kindOfKey } from './label-data.js';
import './label-draw.js';
import './label-strip.js';
import './label-panel.js';
import './label-status.js';
import { accept, clear, give, nextSuggestion, reject, setPace } from './label-give.js';
import { open as comment } from './label-comment.js';
import { flag, skip, submit } from './label-item.js';
import { begin, isLabelled, ordered } from './label-marks.js';
import { unsent } from './label-queue.js';
import * as relate from './label-relate.js';
import { current, goTo, move, narrow, stepAt, steps } from './label-steps.js';
import { carryOut, suggestions } from './label-store.js';
import { tell } from './label-tell.js';
import { edit } from './label-value.js';
import * as words from './label-words.js';
import { startLine, trace } from './reader-line.js';

const folds = () => [...trace.querySelectorAll('details[data-first]')];
const walk = (by, extend = false) => { setPace('step'); words.leave(); move(by, extend); };
const unlabelled = (direction) => {
  for (let n = (current()?.index ?? -1) + direction; n >= 0 && n < steps.length; n += direction) if (!isLabelled(steps[n])) { goTo(n); return; }
  tell(direction > 0 ? 'Every step from here on has a label.' : 'Every step before has a label.');
};
const labelled = (direction) => {
  const step = current(), found = ordered();
  const next = direction > 0 ? found.find((each) => !step || each.start >= step.end) : found.findLast((each) => step && each.start < step.start);
  if (next) goTo(stepAt(next.start).index);
};
const lineGoTo = (line) => { const step = steps.find((each) => each.line >= line); if (step) goTo(step.index); };
const interesting = (direction) => {
  setPace('suggestion');
  if (suggestions.size) { if (!nextSuggestion(direction)) tell('No suggestion is left on this side.'); return; }
  const reflections = folds().filter((fold) => 'reflection' in fold.dataset).map((fold) => Number(fold.dataset.first));
  const marked = [...trace.querySelectorAll('details[data-first] .ln mark')].map((mark) => Number(mark.closest('.ln').id.slice(1)));
  const from = current()?.line ?? startLine(), found = reflections.length ? reflections : marked;
  const line = direction > 0 ? found.find((each) => each > from) : found.findLast((each) => each < from);
  if (line) lineGoTo(line);
};
const fold = () => {
  const line = current()?.line ?? startLine();
  const one = folds().find((each) => Number(each.dataset.first) <= line && line <= Number(each.dataset.last));
  if (one) one.open = !one.open;
};
const foldAll = () => { const isOpen = folds().some((each) => !each.open); for (const each of folds()) each.open = isOpen; };
const takenBack = (isDone) => { if (!isDone) tell('Nothing to undo.'); };
const leave = () => relate.leave() || words.leave() || narrow();

const actions = {
  j: () => walk(1), k: () => walk(-1), J: () => walk(1, true), K: () => walk(-1, true),
  Enter: () => { if (!accept()) tell('There is no suggestion on this step.'); }, x: () => { if (!reject()) tell('There is no suggestion on this step.'); },
  n: () => unlabelled(1), N: () => unlabelled(-1), r: () => interesting(1), R: () => interesting(-1),
  '[': () => labelled(-1), ']': () => labelled(1), 0: clear, '=': () => { if (!edit()) tell('No label of this step has a value.'); },
  t: comment, v: () => words.isOn() ? words.leave() : words.enter(), u: () => takenBack(undo()), U: () => takenBack(redo()),
  s: skip, '!': flag, f: fold, F: foldAll, Escape: leave,
};
const isElsewhere = (event) => event.altKey || event.target.closest('input, textarea, select, dialog') !== null;
let goes = false;
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.target.closest('dialog')) { event.preventDefault(); trace.focus({ preventScroll: true }); submit(); return; }
  if (event.ctrlKey || event.metaKey || isElsewhere(event)) return;
  if (goes) { goes = false; return; }
  if (event.key === 'g') { goes = true; setTimeout(() => { goes = false; }, 1500); return; }
  if (event.key === 'Enter' && event.target.closest('a, button, summary')) return;
  if (relate.press(event) || words.press(event)) { event.preventDefault(); return; }
  const kind = kindOfKey.get(event.key);
  if (kind) { event.preventDefault(); give(kind); return; }
  if (actions[event.key]) { event.preventDefault(); actions[event.key](); }
});
document.querySelector('[data-act="undo"]').addEventListener('click', () => { takenBack(undo()); trace.focus({ preventScroll: true }); });
for (const row of document.querySelectorAll('[data-kind]')) row.addEventListener('click', () => give(kindOfKey.get(row.dataset.key)));

carryOut(unsent());
begin();
document.body.dataset.labelling = 'ready';
