// Acts on their way to the server: kept in this browser until they are saved, sent in the background, tried again after a lost
// connection or a closed tab. An act may be sent twice without harm. Knows no label.
import { data, root, storage } from './label-data.js';

const SOON = 15, MOST = 200, PATIENCE = 20_000, SLOWEST = 15_000;
const PREFIX = `afterthought.act.${data.user}.`;
const url = root.dataset.acts;
const said = new EventTarget();
let standing = data.standing;
let waiting = [], refused = [];
let isKept = true, counter = 0, busy = false, timer = 0, failures = 0;
let state = 'saved', why = '', savedAt = Date.now();

export const status = () => ({ state, why, savedAt, n: waiting.length, refused, isKept });
export const onStatus = (listener) => said.addEventListener('status', listener);
export const unsent = () => waiting.map((each) => each.act);
export const onNews = (listener) => said.addEventListener('news', (event) => listener(event.detail));
export const known = () => standing;
export const learn = (told) => { standing = told; };

const tell = (next, reason = '') => { state = next; why = reason; said.dispatchEvent(new Event('status')); };
const keep = (each) => { try { storage.setItem(each.id, JSON.stringify(each)); } catch { isKept = false; } };
const drop = (each) => { storage?.removeItem(each.id); };

export const enqueue = (acts) => {
  for (const act of acts) {
    const id = `${PREFIX}${String(Date.now()).padStart(15, '0')}.${String(counter += 1).padStart(7, '0')}.${Math.random().toString(36).slice(2, 10)}`;
    const each = { id, url, act };
    keep(each);
    waiting.push(each);
  }
  if (state !== 'stopped') tell(state === 'offline' ? 'offline' : 'saving', why);
  soon();
};
const soon = (ms = SOON) => { if (!timer && state !== 'stopped') timer = setTimeout(() => { timer = 0; send(); }, ms); };

const cookie = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? root.dataset.token;
const post = (to, acts, told) => fetch(to, {
  method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE),
  headers: { 'Content-Type': 'application/json', 'X-CSRFToken': cookie() },
  body: JSON.stringify({ acts, standing: told }),
});
const LOST = { 403: 'you may no longer label here', 404: 'the item, or its rollout, is gone', 409: 'the text is another by now', 400: 'the server could not read what was sent' };

const send = async () => {
  if (busy || state === 'stopped') return;
  // what an earlier visit left may have been sent by another tab meanwhile
  waiting = waiting.filter((each) => !adopted.includes(each) || storage.getItem(each.id));
  const batch = waiting.slice(0, MOST);
  busy = true;
  try {
    const answer = await post(url, batch.map((each) => each.act), standing);
    if (answer.type === 'opaqueredirect') { failed('you are logged out; log in again in another tab'); return; }
    if (LOST[answer.status]) { timer = clearTimeout(timer) ?? 0; tell('stopped', LOST[answer.status]); return; }
    if (!answer.ok) { failed(`the server said ${answer.status}`); return; }
    await take(await answer.json(), batch);
  } catch (error) {
    failed(navigator.onLine ? 'the server does not answer' : 'no connection', error);
  } finally { busy = false; }
};
const failed = (reason) => {
  failures += 1;
  tell('offline', reason);
  soon(Math.min(SLOWEST, 500 * 2 ** failures));
};
const take = async (answer, batch) => {
  const before = standing;
  failures = 0;
  waiting = waiting.filter((each) => !batch.includes(each));
  batch.forEach(drop);
  standing = answer.standing;
  if (answer.refused.length) {
    refused = [...refused, ...answer.refused.map(([number, reason]) => ({ act: batch[number].act, reason }))];
    const state = await (await post(url, [], '')).json();
    standing = state.standing;
    answer = { ...state, refused: answer.refused };
  }
  if (answer.labels) said.dispatchEvent(new CustomEvent('news', { detail: answer }));
  if (batch.length) said.dispatchEvent(new CustomEvent('sent', { detail: { before: answer.labels ? null : before, after: standing } }));
  savedAt = Date.now();
  tell(waiting.length ? 'saving' : 'saved');
  if (waiting.length) soon(0);
};
export const onSent = (listener) => said.addEventListener('sent', (event) => listener(event.detail));

// Asks whether somebody else, or this person elsewhere, has been at it.
export const ask = () => { if (state !== 'stopped' && !busy && !timer) send(); };
// True once nothing waits; false where it cannot be sent now.
export const flushed = async () => {
  for (let n = 0; n < 100 && waiting.length && (state === 'saving' || busy); n += 1) {
    if (!busy && !timer) soon(0);
    await new Promise((done) => { setTimeout(done, 50); });
  }
  return waiting.length === 0;
};
export const letGo = () => { refused = []; tell(state, why); };

// What an earlier visit left: of this item first in the queue; of others to where they belong.
const left = storage ? Object.keys(storage).filter((name) => name.startsWith(PREFIX)).sort() : [];
const adopted = left.map((name) => JSON.parse(storage.getItem(name) ?? 'null')).filter(Boolean);
waiting = adopted.filter((each) => each.url === url);
const elsewhere = new Map();
for (const each of adopted.filter((each) => each.url !== url)) elsewhere.set(each.url, [...(elsewhere.get(each.url) ?? []), each]);
for (const [to, several] of elsewhere) {
  post(to, several.slice(0, MOST).map((each) => each.act), '').then((answer) => { if (answer.ok) several.slice(0, MOST).forEach(drop); }, () => undefined);
}
if (waiting.length) { state = 'saving'; soon(0); }
addEventListener('online', () => { if (waiting.length) { failures = 0; timer = clearTimeout(timer) ?? 0; soon(0); } });
addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') { if (waiting.length) send(); } else ask(); });
