// Tags beside the lines, relations as arrows on them, and a line under the characters of labels that are not a whole line.
import { data, kindOf } from './label-data.js';
import { endOf, isHere, lineOf, rangeOf, startOf } from './label-text.js';
import { labels, relationsOf, suggestions } from './label-store.js';
import { lines, onLine, onMarks } from './label-marks.js';
import { current } from './label-steps.js';
import { rowAt, trace } from './reader-line.js';

export const tagOf = (each) => {
  const kind = kindOf(each.name), isSuggested = suggestions.has(each.key);
  const tag = document.createElement('span');
  tag.className = `tag l${kind.colour}${isSuggested ? ' suggested' : ''}`;
  tag.dataset.key = each.key;
  const digit = document.createElement('i');
  digit.textContent = kind.key;
  const value = each.value ? ` = ${each.value.length > 40 ? `${each.value.slice(0, 39)}…` : each.value}` : '';
  tag.append(digit, `${kind.title}${value}`);
  if (isSuggested) tag.prepend(hidden('suggested: '));
  for (const relation of relationsOf(each.key)) if (relation.first === each.key) tag.append(arrow(relation));
  return tag;
};
const hidden = (words) => { const span = document.createElement('span'); span.className = 'vh'; span.textContent = words; return span; };
const arrow = (relation) => {
  const to = labels.get(relation.other), words = document.createElement('small');
  words.textContent = `${kindOf(relation.name).title} ${to?.start === null || !to ? '' : lineOf(to.start)}`;
  words.dataset.key = relation.key;
  return words;
};

const holder = (row) => {
  let chips = row.querySelector(':scope > .chips');
  if (!chips) { chips = document.createElement('span'); chips.className = 'chips'; row.append(chips); }
  return chips;
};
const drawLine = (line) => {
  const row = rowAt(line);
  if (!row) return;
  for (const tag of row.querySelectorAll(':scope > .chips > .tag')) tag.remove();
  const found = onLine(line);
  const theirs = others.get(line) ?? [];
  if (found.length || theirs.length) holder(row).append(...found.map(tagOf), ...theirs.map(tagOfOther));
};
// In an open queue: what other people gave, as it was when the page was made.
const others = new Map();
for (const each of data.others) if (each.turn === data.turn && isHere(each.start)) others.set(lineOf(each.start), [...(others.get(lineOf(each.start)) ?? []), each]);
const tagOfOther = (each) => {
  const tag = tagOf(each);
  tag.classList.add('other');
  tag.append(` · ${each.by}`);
  return tag;
};

// A label that is a whole line needs no mark in the text.
const isWhole = (each) => data.unit === 'line' && each.start <= startOf(lineOf(each.start)) && each.end >= endOf(lineOf(each.start)) && lineOf(each.end - 1) === lineOf(each.start);
const drawn = new Map();
const paintOf = (colour) => {
  const name = `label-${colour}`;
  if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
  return CSS.highlights.get(name);
};
const erase = (line) => {
  for (const [colour, range] of drawn.get(line) ?? []) paintOf(colour).delete(range);
  drawn.delete(line);
};
const paintLine = (line) => {
  erase(line);
  const made = [];
  for (const each of onLine(line)) {
    if (suggestions.has(each.key) || isWhole(each)) continue;
    const range = rangeOf(each.start, each.end);
    if (!range) continue;
    const { startContainer, startOffset, endContainer, endOffset } = range;
    const fixed = new StaticRange({ startContainer, startOffset, endContainer, endOffset });
    paintOf(kindOf(each.name).colour).add(fixed);
    made.push([kindOf(each.name).colour, fixed]);
  }
  if (made.length) drawn.set(line, made);
};
const paint = 'highlights' in CSS ? paintLine : () => undefined;

onMarks((touched) => { for (const line of touched) { drawLine(line); paint(line); } });
for (const line of others.keys()) drawLine(line);
trace.addEventListener('reader:text', () => { for (const line of lines()) paint(line); });

// Of several steps on one line the tags of the current one stand out.
let dimmed = [];
const dim = () => {
  for (const tag of dimmed) tag.classList.remove('elsewhere');
  const step = current();
  dimmed = step && data.unit !== 'line' ? [...rowAt(step.line).querySelectorAll(':scope > .chips > .tag')].filter((tag) => !isOn(step, tag.dataset.key)) : [];
  for (const tag of dimmed) tag.classList.add('elsewhere');
};
const isOn = (step, key) => { const each = labels.get(key) ?? suggestions.get(key); return each.start >= step.start && each.start < step.end; };
trace.addEventListener('label:step', dim);
onMarks(dim);
