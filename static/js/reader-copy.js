// Y and "copy link": the address of the current line to the clipboard, with a word that it was done.
import { currentRow } from './reader-line.js';

const said = document.querySelector('[data-said]');
const copy = async () => {
  const row = currentRow();
  const address = new URL(location.href);
  address.hash = row ? row.id : '';
  try {
    await navigator.clipboard.writeText(address.href);
    said.textContent = `Copied the link${row ? ` to line ${row.id.replace(/^\D*/, '')}` : ''}.`;
  } catch {
    history.replaceState(null, '', address);
    said.textContent = 'The browser does not let this page copy; the link is in the address bar.';
  }
  said.classList.remove('vh');
};
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog')) return;
  if (event.key === 'y') copy();
});
for (const link of document.querySelectorAll('[data-copy]')) link.addEventListener('click', (event) => { event.preventDefault(); copy(); });
