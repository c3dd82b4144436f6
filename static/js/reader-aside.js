// Beside the trace: the panel of the current line's candidates, and its place in the timeline.
import { currentRow, isLine, numberOf, trace } from './reader-line.js';

const panels = [...document.querySelectorAll('[data-at]')];
const entries = [...document.querySelectorAll('.timeline [data-line]')];
const aside = document.querySelector('.aside');

const follow = () => {
  const row = currentRow();
  const line = row && isLine(row) ? String(numberOf(row)) : '';
  for (const panel of panels) panel.hidden = panel.dataset.at !== line;
  for (const entry of entries) {
    if (entry.dataset.line === line) entry.setAttribute('aria-current', 'true'); else entry.removeAttribute('aria-current');
  }
  const entry = entries.find((each) => each.dataset.line === line);
  if (!entry || aside.scrollHeight <= aside.clientHeight) return;
  const box = entry.getBoundingClientRect(), frame = aside.getBoundingClientRect();
  if (box.top < frame.top || box.bottom > frame.bottom) aside.scrollTop += box.top - frame.top - frame.height / 2;
};
trace.addEventListener('reader:line', follow);
follow();
