// Find in the trace: every line of every text of the page, formulas as uploaded, "X of Y", Enter and Shift+Enter. Opens folds.
// Opened from a search, the page brings the words of its query (data-terms): they are found as the search found them, also
// across lines, until something else is typed.
import { show, trace } from './reader-line.js';
import { forget, rangeOf, textOf } from './reader-text.js';
import { patternOf } from './words.js';

const field = document.querySelector('[data-find]');
const counter = document.querySelector('[data-hits]');
const PAINTED = 400;
let texts = null;
let hits = [];
let place = -1;

const read = () => {
  texts ??= [...trace.querySelectorAll('.ln:not(.blank)')].map((row) => [row, textOf(row)]);
  return texts;
};

// What is found: [row, where in it, last row, where it ends in that one].
const literal = (wanted) => {
  const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'giu');
  const found = [];
  for (const [row, text] of read()) for (const match of text.matchAll(pattern)) found.push([row, match.index, row, match.index + match[0].length]);
  return found;
};
const kindOf = (row) => row.id.replace(/\d+$/, '');
const wholeTexts = () => {
  const wholes = [];
  for (const [row, text] of read()) {
    let whole = wholes.at(-1);
    if (!whole || whole.kind !== kindOf(row)) { whole = { kind: kindOf(row), rows: [], starts: [], text: '' }; wholes.push(whole); }
    else whole.text += '\n';
    whole.rows.push(row);
    whole.starts.push(whole.text.length);
    whole.text += text;
  }
  return wholes;
};
const asked = (terms) => {
  const pattern = patternOf(terms);
  const found = [];
  for (const { rows, starts, text } of wholeTexts()) for (const match of text.matchAll(pattern)) {
    const first = lastUpTo(starts, match.index), end = match.index + match[0].length, last = lastUpTo(starts, end - 1);
    found.push([rows[first], match.index - starts[first], rows[last], end - starts[last]]);
  }
  return found;
};
const lastUpTo = (starts, at) => {
  let low = 0, high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= at) low = middle; else high = middle - 1;
  }
  return low;
};
const search = (wanted) => (field.dataset.terms && wanted === field.defaultValue ? asked(JSON.parse(field.dataset.terms)) : literal(wanted));
const paint = () => {
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete('hits'); CSS.highlights.delete('hit');
  if (!hits.length) return;
  const from = Math.max(0, place - PAINTED / 2);
  CSS.highlights.set('hits', new Highlight(...hits.slice(from, from + PAINTED).map((hit) => rangeOf(...hit))));
  if (place >= 0) CSS.highlights.set('hit', new Highlight(rangeOf(...hits[place])));
};
const say = () => {
  counter.textContent = field.value === '' ? '' : hits.length ? `${place + 1} of ${hits.length}` : 'not found';
};
const go = (step) => {
  if (!hits.length) return;
  place = (place + step + hits.length) % hits.length;
  show(hits[place][0]);
  paint();
  say();
};
const renew = () => {
  hits = field.value === '' ? [] : search(field.value);
  place = -1;
  if (hits.length) go(1); else { paint(); say(); }
  field.dispatchEvent(new CustomEvent('reader:found', { detail: hits.length }));
};

// The texts are gathered while nobody waits, so that the first find is as quick as the next.
(window.requestIdleCallback ?? setTimeout)(read);
let waiting;
field.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(renew, field.value.length < 3 ? 100 : 40); });
field.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') { event.preventDefault(); clearTimeout(waiting); if (!hits.length || field.dataset.searched !== field.value) { renew(); field.dataset.searched = field.value; } else go(event.shiftKey ? -1 : 1); }
  if (event.key === 'Escape') { field.blur(); trace.focus(); }
});
field.addEventListener('reader:found', () => { field.dataset.searched = field.value; });
trace.addEventListener('reader:text', () => { texts = null; forget(); if (field.value) renew(); });
for (const button of document.querySelectorAll('[data-hit]')) button.addEventListener('click', () => go(Number(button.dataset.hit)));
if (field.dataset.terms) {
  hits = search(field.value);
  field.dataset.searched = field.value;
  const named = hits.findIndex(([row]) => `#${row.id}` === location.hash);
  const main = hits.findIndex(([row]) => kindOf(row) === 'L');
  if (location.hash && named < 0) { paint(); say(); } else go(Math.max(named >= 0 ? named : main, 0) + 1);
}
