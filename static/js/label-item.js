// Submit, skip and flag: what is not saved yet goes first.
import { flushed, status } from './label-queue.js';
import { tell } from './label-tell.js';
import { trace } from './reader-line.js';

const form = (name) => document.querySelector(`form[data-form="${name}"]`);
const go = async (which) => {
  if (await flushed()) which.submit();
  else tell(`${status().n} not saved yet: this item stays open until they are.`);
};
for (const name of ['submit', 'skip']) form(name).addEventListener('submit', (event) => { event.preventDefault(); go(event.target); });

const flagForm = form('flag');
const flagged = flagForm.querySelector('[name=flagged]'), reason = flagForm.querySelector('[name=reason]');
const button = flagForm.querySelector('button[type=submit]');
const send = async (wanted, isAsked = false) => {
  const body = new FormData(flagForm);
  body.set('flagged', wanted);
  try {
    const answer = await fetch(flagForm.action, { method: 'POST', body, headers: { Accept: 'application/json' }, redirect: 'manual' });
    if (!answer.ok) throw new Error(`the server said ${answer.status}`);
    const isFlagged = (await answer.json()).flagged;
    flagged.value = isFlagged ? '0' : '1';
    button.setAttribute('aria-pressed', String(isFlagged));
    reason.hidden = !isFlagged;
    tell(isFlagged ? 'Flagged for the leads.' : 'The flag is taken away.');
    if (isFlagged && isAsked) reason.focus();
  } catch (error) { tell(`The flag is not saved: ${error.message}.`); }
};
flagForm.addEventListener('submit', (event) => { event.preventDefault(); send(flagged.value, true); });
reason.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') { event.preventDefault(); event.stopPropagation(); send('1'); trace.focus({ preventScroll: true }); }
  if (event.key === 'Escape') { event.stopPropagation(); trace.focus({ preventScroll: true }); }
});
export const submit = () => form('submit').requestSubmit();
export const skip = () => form('skip').requestSubmit();
export const flag = () => flagForm.requestSubmit();
