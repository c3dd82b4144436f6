// Places in the text: code points of the turn's text on one side, lines and nodes of the page on the other.
import { data } from './label-data.js';
import { forget, nodesOf, rangeOf as rangeIn, textOf } from './reader-text.js';
import { rowAt, trace } from './reader-line.js';

const first = data.first_line;
const starts = data.rows;
let texts = new Map(), highs = new Map(), words = new Map();
trace.addEventListener('reader:text', () => { forget(); texts = new Map(); highs = new Map(); words = new Map(); });

const lastUpTo = (offset) => {
  let low = 0, high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= offset) low = middle; else high = middle - 1;
  }
  return low;
};
export const lineOf = (offset) => first + lastUpTo(offset);
export const isHere = (offset) => offset >= starts[0] && offset <= data.end;
export const startOf = (line) => starts[line - first];
export const endOf = (line) => (line - first + 1 < starts.length ? starts[line - first + 1] - 1 : data.end);

const lineText = (line) => {
  if (!texts.has(line)) texts.set(line, textOf(rowAt(line)));
  return texts.get(line);
};
// Where a line's characters beyond the first plane stand, in UTF-16 units; most lines have none.
const highsOf = (line) => {
  if (!highs.has(line)) highs.set(line, [...lineText(line).matchAll(/[\u{10000}-\u{10ffff}]/gu)].map((match) => match.index));
  return highs.get(line);
};
const nBefore = (found, isBefore) => {
  let low = 0, high = found.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(middle)) low = middle + 1; else high = middle;
  }
  return low;
};
const toUnits = (line, points) => { const found = highsOf(line); return points + nBefore(found, (n) => found[n] - n < points); };
const toPoints = (line, units) => { const found = highsOf(line); return units - nBefore(found, (n) => found[n] < units); };

// The page's range of the code points [start, end); null where they are not on the page.
export const rangeOf = (start, end) => {
  if (end <= start || !isHere(start)) return null;
  let line = lineOf(start), last = lineOf(Math.min(end, data.end) - 1);
  while (line < last && !lineText(line)) line += 1;
  while (last > line && !lineText(last)) last -= 1;
  if (!lineText(line)) return null;
  const from = line === lineOf(start) ? toUnits(line, start - startOf(line)) : 0;
  const to = Math.max(last === line ? from + 1 : 1, toUnits(last, Math.min(end, endOf(last)) - startOf(last)));
  return rangeIn(rowAt(line), from, rowAt(last), to);
};
export const textBetween = (start, end) => {
  let text = '';
  for (let line = lineOf(start); line <= lineOf(end - 1); line += 1) {
    const a = Math.max(start, startOf(line)), b = Math.min(end, endOf(line));
    text += lineText(line).slice(toUnits(line, a - startOf(line)), toUnits(line, b - startOf(line))) + (end > endOf(line) ? '\n' : '');
  }
  return text;
};

// A point of the page in code points; inside a formula it is the formula's beginning or, with `after`, its end.
const offsetOf = (node, at, after) => {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const row = element.closest('.trace .ln');
  if (!row || !/^L\d+$/.test(row.id)) return null;
  const line = Number(row.id.slice(1));
  const math = element.closest('math');
  const nodes = nodesOf(row);
  if (math) {
    const held = nodes.find(([each]) => each === math);
    return startOf(line) + toPoints(line, held[1] + (after ? held[2] : 0));
  }
  if (node.nodeType === Node.TEXT_NODE) {
    const held = nodes.find(([each]) => each === node);
    return held ? startOf(line) + toPoints(line, held[1] + at) : null;
  }
  const point = document.createRange();
  point.setStart(node, at);
  const behind = nodes.find(([each]) => point.comparePoint(each.nodeType === Node.TEXT_NODE ? each : each.parentNode, each.nodeType === Node.TEXT_NODE ? 0 : [...each.parentNode.childNodes].indexOf(each)) >= 0);
  return behind ? startOf(line) + toPoints(line, behind[1]) : endOf(line);
};
// What the mouse selected in the trace: [start, end] without white space at its ends; null where there is nothing.
export const selectedByMouse = () => {
  const selection = window.getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !trace.contains(selection.anchorNode)) return null;
  const range = selection.getRangeAt(0);
  const start = offsetOf(range.startContainer, range.startOffset, false), end = offsetOf(range.endContainer, range.endOffset, true);
  return start === null || end === null ? null : trimmed(start, end);
};
export const pointAt = (event) => {
  const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const range = caret ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const node = caret?.offsetNode ?? range?.startContainer;
  return node && trace.contains(node) ? offsetOf(node, caret?.offset ?? range.startOffset, false) : null;
};
export const trimmed = (start, end) => {
  if (end <= start) return null;
  const points = [...textBetween(start, end)];
  let left = 0, right = points.length;
  while (left < right && /\s/u.test(points[left])) left += 1;
  while (right > left && /\s/u.test(points[right - 1])) right -= 1;
  return left < right ? [start + left, start + right] : null;
};

// The words of a line as code points, each formula that is shown as maths one word.
export const wordsOf = (line) => {
  if (!words.has(line)) words.set(line, lineText(line) ? cut(line) : []);
  return words.get(line);
};
const cut = (line) => {
  const formulas = nodesOf(rowAt(line)).filter(([node]) => node.localName === 'math').map(([, at, n]) => [at, at + n]);
  const found = [...formulas];
  let next = 0;
  for (const match of lineText(line).matchAll(/[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]+/gu)) {
    const a = match.index, b = a + match[0].length;
    while (next < formulas.length && formulas[next][1] <= a) next += 1;
    if (next === formulas.length || formulas[next][0] >= b) found.push([a, b]);
  }
  found.sort(([a], [b]) => a - b);
  return found.map(([a, b]) => [startOf(line) + toPoints(line, a), startOf(line) + toPoints(line, b)]);
};
export const linesOnPage = () => [first, first + starts.length - 1];
