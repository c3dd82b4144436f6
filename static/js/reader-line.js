// The current line of the trace: which it is, moving it, and where the reader has scrolled to. Other reader modules import it.
export const trace = document.querySelector('[data-trace]');
export const numberOf = (row) => Number(row.id.slice(1));
export const rowAt = (line) => document.getElementById(`L${line}`);
export const isLine = (row) => /^L\d+$/.test(row?.id ?? '');

let current = null;
export const currentRow = () => current;

const isInView = (row) => {
  const box = row.getBoundingClientRect(), frame = trace.getBoundingClientRect();
  return box.height > 0 && box.bottom > frame.top && box.top < frame.bottom;
};

// Part of the text in view, in lines with fractions: [from, to]; null where no line of the trace is in view.
export const view = () => {
  const frame = trace.getBoundingClientRect();
  const top = at(frame, frame.top + 2, 1), bottom = at(frame, frame.bottom - 2, -1);
  return top === null || bottom === null ? null : [top, Math.max(top, bottom)];
};
const at = (frame, from, direction) => {
  for (let y = from, n = 0; n < 60 && y > frame.top && y < frame.bottom; y += 14 * direction, n += 1) {
    const element = document.elementFromPoint(frame.left + 60, y);
    const row = element?.closest('.ln');
    if (row && isLine(row)) {
      const box = row.getBoundingClientRect();
      return numberOf(row) - 1 + Math.min(1, Math.max(0, (y - box.top) / (box.height || 1)));
    }
    const fold = element?.closest('details[data-first]');
    if (fold && !fold.open) return Number(direction > 0 ? fold.dataset.first : fold.dataset.last) - 1;
  }
  return null;
};

// The line that keys start from: the current one, or where the reader has scrolled to.
export const startLine = () => {
  if (current && isInView(current)) return numberOf(current);
  const seen = view();
  return seen ? Math.floor(seen[0]) : current ? numberOf(current) : 0;
};

// Scrolls the trace, and only it: the row (or a part of it) to the middle, or its beginning near the top where it is taller than the window.
export const centre = (part) => {
  const box = part.getBoundingClientRect(), frame = trace.getBoundingClientRect();
  const by = box.top - frame.top - Math.max(48, (frame.height - box.height) / 2);
  trace.scrollTop += by;
  return Math.abs(by);
};
// What lies around was never laid out: heights are guesses until it is, so look again until the row keeps its place.
let settling = null;
const settle = (part, n) => {
  if (part !== settling) return;
  const by = centre(part);
  if (n > 0 && (by > 4 || n > 3)) requestAnimationFrame(() => settle(part, n - 1));
};

// `part` is what to scroll to where that is not the whole row: an element or a range in it.
export const show = (row, { keepAddress = false, part = row } = {}) => {
  if (!row) return;
  current?.removeAttribute('aria-current');
  current = row;
  row.setAttribute('aria-current', 'true');
  const fold = row.closest('details');
  if (fold && !fold.open) fold.open = true;
  if (!keepAddress) history.replaceState(null, '', `${location.search}#${row.id}`);
  settling = part;
  settle(part, 5);
  trace.dispatchEvent(new CustomEvent('reader:line', { detail: row }));
};

const follow = () => {
  const id = location.hash.slice(1);
  const row = document.getElementById(id);
  if (row?.matches('.trace .ln')) show(row, { keepAddress: true });
  else if (/^L\d+$/.test(id) && Number(id.slice(1)) <= Number(trace.dataset.lines) && !row) {
    const address = new URL(location.href);
    if (address.searchParams.get('line') === id.slice(1)) return;
    address.searchParams.set('line', id.slice(1));
    location.replace(address);
  }
};

trace.setAttribute('data-live', '');
addEventListener('hashchange', follow);
follow();
