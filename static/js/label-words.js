// Words: V puts a mark on a word of the step, arrows move it word by word and line by line, Shift extends. A label's key labels it.
import { current } from './label-steps.js';
import { linesOnPage, rangeOf, wordsOf } from './label-text.js';
import { rowAt, show, trace } from './reader-line.js';

let caret = null, fixed = null;
const [first, last] = linesOnPage();
const wordAt = ({ line, k }) => wordsOf(line)[k];
export const isOn = () => caret !== null;
export const span = () => {
  if (!caret) return null;
  const [a, b] = [wordAt(caret), wordAt(fixed)];
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
};
const paint = () => {
  document.body.classList.toggle('in-words', isOn());
  CSS.highlights?.delete('words');
  if (!caret) return;
  const range = rangeOf(...span());
  if (range && CSS.highlights) CSS.highlights.set('words', new Highlight(range));
  show(rowAt(caret.line), { keepAddress: true, part: rangeOf(...wordAt(caret)) ?? rowAt(caret.line) });
};
export const enter = () => {
  const step = current();
  if (!step) return false;
  const k = wordsOf(step.line).findIndex(([, end]) => end > step.start);
  if (k < 0) return false;
  caret = fixed = { line: step.line, k };
  paint();
  return true;
};
export const leave = () => { if (!caret) return false; caret = fixed = null; paint(); return true; };

const along = (direction) => {
  const k = caret.k + direction;
  if (wordAt({ line: caret.line, k })) return { line: caret.line, k };
  for (let line = caret.line + direction; line >= first && line <= last; line += direction) {
    const words = wordsOf(line);
    if (words.length) return { line, k: direction > 0 ? 0 : words.length - 1 };
  }
  return caret;
};
const down = (direction) => {
  for (let line = caret.line + direction; line >= first && line <= last; line += direction) {
    const words = wordsOf(line);
    if (words.length) return { line, k: Math.min(caret.k, words.length - 1) };
  }
  return caret;
};
const moves = {
  ArrowRight: () => along(1), ArrowLeft: () => along(-1), ArrowDown: () => down(1), ArrowUp: () => down(-1),
  Home: () => ({ line: caret.line, k: 0 }), End: () => ({ line: caret.line, k: wordsOf(caret.line).length - 1 }),
};
// True where the key was one of this mode.
export const press = (event) => {
  if (!caret || !moves[event.key]) return false;
  caret = moves[event.key]();
  if (!event.shiftKey) fixed = caret;
  paint();
  return true;
};
export const afterLabel = () => { if (caret) { fixed = caret; paint(); } };
trace.addEventListener('reader:text', () => { if (caret) leave(); });
