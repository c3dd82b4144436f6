// Keys that work on every page: ? opens the sheet, / goes to the page's find field, G then a letter goes to a section.
const sheet = document.querySelector('[data-keys-sheet]');
const find = () => document.querySelector('[data-find]') ?? document.querySelector('input[type="search"]');
const sections = { c: 'collections', d: 'collections', r: 'rollouts', h: 'history' };
let waiting = false;

export const typing = (event) => event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, [contenteditable]') !== null;

const go = (key) => {
  const link = [...document.querySelectorAll('.top nav a')].find((a) => a.textContent.toLowerCase() === sections[key]);
  if (link) location.assign(link.href);
};

document.addEventListener('keydown', (event) => {
  if (typing(event)) return;
  if (waiting) { waiting = false; go(event.key.toLowerCase()); return; }
  if (event.key === 'g') { waiting = true; setTimeout(() => { waiting = false; }, 1500); }
  if (event.key === '?') sheet?.showModal();
  if (event.key === '/' && find()) { event.preventDefault(); find().focus(); }
});
