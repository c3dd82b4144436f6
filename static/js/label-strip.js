// Labels in the strip: filled are the person's, dashed are suggestions. A line has one mark of each colour.
import { kindOf } from './label-data.js';
import { onLine, onMarks } from './label-marks.js';
import { suggestions } from './label-store.js';
import { trace } from './reader-line.js';

const layer = document.querySelector('[data-strip-labels]');
const last = Number(trace.dataset.lines);
const SVG = 'http://www.w3.org/2000/svg';
const marks = new Map();

const markOf = (line, colour, isSuggested, column) => {
  const mark = document.createElementNS(SVG, 'rect');
  mark.setAttribute('class', `l${colour} mark${isSuggested ? ' suggested' : ''}`);
  mark.setAttribute('x', `${54 + 15 * Math.min(column, 2)}%`);
  mark.setAttribute('y', `${(100 * (line - 0.5) / last).toFixed(2)}%`);
  return mark;
};
const draw = (line) => {
  for (const mark of marks.get(line) ?? []) mark.remove();
  const seen = new Map();
  for (const each of onLine(line)) {
    const isSuggested = suggestions.has(each.key), colour = kindOf(each.name).colour;
    seen.set(colour, isSuggested && (seen.get(colour) ?? true));
  }
  const made = [...seen].map(([colour, isSuggested], column) => markOf(line, colour, isSuggested, column));
  layer.append(...made);
  if (made.length) marks.set(line, made); else marks.delete(line);
};
onMarks((touched) => { for (const line of touched) draw(line); });
