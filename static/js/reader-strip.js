// The strip beside the trace: the part in view follows scrolling, the current line has its mark, a click goes there.
import { currentRow, isLine, numberOf, rowAt, show, trace, view } from './reader-line.js';

const strip = document.querySelector('[data-strip]');
const frame = strip.querySelector('[data-view]');
const here = strip.querySelector('[data-here]');
const last = Number(trace.dataset.lines);
const percent = (line) => `${(100 * line / last).toFixed(2)}%`;

const draw = () => {
  const seen = view();
  frame.setAttribute('visibility', seen ? 'visible' : 'hidden');
  if (!seen) return;
  frame.setAttribute('y', percent(seen[0]));
  frame.setAttribute('height', percent(Math.max(seen[1] - seen[0], last / 400)));
};
const mark = () => {
  const row = currentRow();
  here.setAttribute('visibility', row && isLine(row) ? 'visible' : 'hidden');
  if (row && isLine(row)) here.setAttribute('y', percent(numberOf(row) - 0.5));
};
let asked = false;
const soon = () => {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); });
};
trace.addEventListener('scroll', soon, { passive: true });
// after a far jump the lines are laid out a frame later than the scroll
for (const kind of ['scrollend', 'toggle', 'contentvisibilityautostatechange']) trace.addEventListener(kind, soon, { capture: true });
trace.addEventListener('reader:line', () => { mark(); soon(); });
addEventListener('resize', soon);
strip.addEventListener('click', (event) => {
  if (event.target.closest('a')) return;
  const box = strip.getBoundingClientRect();
  const line = Math.min(last, Math.max(1, Math.ceil(last * (event.clientY - box.top) / box.height)));
  if (rowAt(line)) show(rowAt(line)); else location.hash = `L${line}`;
});
draw();
mark();
