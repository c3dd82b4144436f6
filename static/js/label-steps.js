// The steps of the scheme's segmentation: which is the current one, which are selected, and moving between them.
import { data } from './label-data.js';
import { currentRow, isLine, numberOf, rowAt, show, startLine, trace } from './reader-line.js';
import { pointAt, rangeOf } from './label-text.js';

export const steps = data.steps.map(([start, end, line], index) => ({ start, end, line, index }));
const isLines = data.unit === 'line';
let at = -1, anchor = null, marked = [];

export const current = () => steps[at] ?? null;
export const selected = () => (at < 0 ? [] : steps.slice(Math.min(at, anchor ?? at), Math.max(at, anchor ?? at) + 1));
export const isExtended = () => anchor !== null && anchor !== at;

const search = (isBefore) => {
  let low = 0, high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(steps[middle])) low = middle + 1; else high = middle;
  }
  return low;
};
// The steps that share a character with [start, end).
export const stepsIn = (start, end) => steps.slice(search((step) => step.end <= start), search((step) => step.start < end));
export const stepAt = (offset) => steps[search((step) => step.end <= offset)] ?? null;
const firstFrom = (line) => search((step) => step.line < line);

export const goTo = (index, { extend = false } = {}) => {
  const to = Math.max(0, Math.min(steps.length - 1, index));
  if (!steps.length || index !== to && at === to) return false;
  anchor = extend ? anchor ?? (at < 0 ? to : at) : null;
  at = to;
  const step = steps[at], row = rowAt(step.line);
  show(row, { keepAddress: true, part: isLines ? row : openedRange(row, step) ?? row });
  mark();
  remember(row);
  return true;
};
const openedRange = (row, step) => {
  const fold = row.closest('details');
  if (fold && !fold.open) fold.open = true;
  return rangeOf(step.start, step.end);
};
export const move = (by, extend = false) => {
  if (at < 0) return goTo(by > 0 ? firstFrom(Math.max(1, startLine())) : firstFrom(startLine()) - 1);
  return goTo(at + by, { extend });
};
export const narrow = () => { if (!isExtended()) return false; anchor = null; mark(); return true; };

// The selection, and where steps are not lines the current one, are painted over the text.
const mark = () => {
  for (const row of marked) row.classList.remove('chosen');
  const chosen = selected();
  marked = isLines && chosen.length > 1 ? chosen.map((step) => rowAt(step.line)) : [];
  for (const row of marked) row.classList.add('chosen');
  paint();
  trace.dispatchEvent(new CustomEvent('label:step'));
};
const paint = () => {
  if (isLines || !('highlights' in CSS)) return;
  const ranges = selected().map((step) => rangeOf(step.start, step.end)).filter(Boolean);
  if (ranges.length) CSS.highlights.set('step', new Highlight(...ranges)); else CSS.highlights.delete('step');
};
trace.addEventListener('reader:text', paint);

// The address follows a while later: so many changes in a row are refused by browsers.
let later = 0;
const remember = (row) => {
  clearTimeout(later);
  later = setTimeout(() => history.replaceState(null, '', `${location.search}#${row.id}`), 400);
};
// Other modules of the reader (find, the strip, the address) move by rows.
const follow = () => {
  const row = currentRow();
  if (!row || !isLine(row) || (steps[at] && row === rowAt(steps[at].line))) return;
  const index = firstFrom(numberOf(row));
  if (index >= steps.length) return;
  at = index; anchor = null;
  mark();
};
trace.addEventListener('reader:line', follow);
trace.addEventListener('click', (event) => {
  const row = event.target.closest('.ln');
  if (!row || !isLine(row) || event.target.closest('a, button, .tag') || !window.getSelection().isCollapsed) return;
  const offset = isLines ? null : pointAt(event);
  const index = offset === null ? firstFrom(numberOf(row)) : (stepAt(offset)?.index ?? steps.length - 1);
  if (steps[index]) goTo(index, { extend: event.shiftKey });
});
if (currentRow()) follow();
