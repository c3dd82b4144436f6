// Keys of the reader: J/K line, C candidate, R reflection, F fold, [ and ] sample. They rest while a field or a dialog has focus.
import { currentRow, isLine, rowAt, show, startLine, trace } from './reader-line.js';

const last = Number(trace.dataset.lines);
const folds = () => [...trace.querySelectorAll('details[data-first]')];
const candidates = [...trace.querySelectorAll('.ln.cand')];
const step = (direction) => {
  for (let line = startLine() + direction; line >= 1 && line <= last; line += direction) {
    const row = rowAt(line);
    if (!row) return;
    if (!row.classList.contains('blank')) { show(row); return; }
  }
};
const nextOf = (lines, direction) => {
  const from = startLine();
  return direction > 0 ? lines.find((line) => line > from) : lines.findLast((line) => line < from);
};
const candidate = (direction) => {
  const line = nextOf(candidates.map((row) => Number(row.id.slice(1))), direction);
  if (line) show(rowAt(line));
};
const reflection = (direction) => {
  const first = nextOf(folds().filter((fold) => 'reflection' in fold.dataset).map((fold) => firstWords(fold)), direction);
  if (first) show(rowAt(first));
};
const firstWords = (fold) => {
  let line = Number(fold.dataset.first);
  while (line < Number(fold.dataset.last) && rowAt(line)?.classList.contains('blank')) line += 1;
  return line;
};
const fold = () => {
  const held = currentRow();
  const line = startLine();
  const one = held && !isLine(held) ? held.closest('details') : folds().find((each) => Number(each.dataset.first) <= line && line <= Number(each.dataset.last));
  if (one) { one.open = !one.open; one.querySelector('summary').scrollIntoView({ block: 'nearest' }); }
};
const foldAll = () => {
  const open = folds().some((each) => !each.open);
  for (const each of folds()) each.open = open;
};
const follow = (key) => document.querySelector(`[data-key="${key}"]`)?.click();

const actions = {
  j: () => step(1), k: () => step(-1),
  c: () => candidate(1), C: () => candidate(-1),
  r: () => reflection(1), R: () => reflection(-1),
  f: fold, F: foldAll,
  '[': () => follow('['), ']': () => follow(']'),
};
let goes = false;
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog')) return;
  if (goes) { goes = false; return; }
  if (event.key === 'g') { goes = true; setTimeout(() => { goes = false; }, 1500); return; }
  if (actions[event.key]) { event.preventDefault(); actions[event.key](); }
});
