// The blocks of a report are dragged to another place in their list; for keyboards and without this script there are arrows.
const list = document.querySelector('[data-order]');
const blocks = () => [...list.querySelectorAll(':scope > [data-block]')];
let dragged = null;

const clear = () => {
  list.classList.remove('over-end');
  for (const block of blocks()) block.classList.remove('over', 'dragged');
};

// The block before which a drop at this height lands; none for the end.
const before = (y) => blocks().find((block) => {
  const { top, height } = block.getBoundingClientRect();
  return block !== dragged && y < top + height / 2;
});

const show = (target) => {
  for (const block of blocks()) block.classList.toggle('over', block === target);
  list.classList.toggle('over-end', !target);
};

const drop = async (moved, target) => {
  list.insertBefore(moved, target ?? null);
  const form = moved.querySelector('[data-move]');
  const data = new FormData(form);
  data.set('place', blocks().indexOf(moved));
  const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(data), headers: { 'X-Requested-With': 'fetch' } });
  if (answer.ok) location.hash = `b-${moved.dataset.block}`;
  location.reload();
};

if (list?.querySelector('[data-move]')) {
  list.dataset.ordering = '';
  for (const handle of list.querySelectorAll('[data-handle]')) {
    const block = handle.closest('[data-block]');
    handle.draggable = true;
    handle.addEventListener('dragstart', (event) => {
      dragged = block;
      block.classList.add('dragged');
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', block.dataset.block);
      event.dataTransfer.setDragImage(block, 12, 12);
    });
    handle.addEventListener('dragend', () => { clear(); dragged = null; });
  }
  list.addEventListener('dragover', (event) => { if (dragged) { event.preventDefault(); show(before(event.clientY)); } });
  list.addEventListener('drop', (event) => {
    if (!dragged) return;
    event.preventDefault();
    const target = before(event.clientY);
    clear();
    drop(dragged, target);
  });
}

// Blocks above are still growing while they are fetched: the one that the address names stays in view until somebody moves.
const named = () => document.getElementById(location.hash.slice(1));
let hasMoved = false;
for (const kind of ['wheel', 'keydown', 'pointerdown', 'touchstart']) addEventListener(kind, () => { hasMoved = true; }, { once: true, passive: true });
document.addEventListener('htmx:afterSettle', () => { if (!hasMoved) named()?.scrollIntoView(); });
