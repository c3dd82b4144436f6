// "saved 1 s ago", what is not saved yet and why, and what the server refused. The unsent and the refused can be downloaded.
import { data } from './label-data.js';
import { letGo, onStatus, status, unsent } from './label-queue.js';

const shown = document.querySelector('[data-saved]');
const said = document.querySelector('[data-said]');
const banner = document.querySelector('[data-trouble]');
const words = banner.querySelector('[data-trouble-words]');
const download = banner.querySelector('[data-download]');
const WAITS = { offline: 'trying again', saving: 'saving' };

const ago = (ms) => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'saved just now';
  if (seconds < 60) return `saved ${seconds} s ago`;
  return seconds < 3600 ? `saved ${Math.round(seconds / 60)} min ago` : `saved ${Math.round(seconds / 3600)} h ago`;
};
const sentence = ({ state, why, n, savedAt }) => {
  if (state === 'saved') return ago(Date.now() - savedAt);
  if (state === 'saving') return n ? 'saving' : ago(Date.now() - savedAt);
  if (state === 'offline') return n ? `${n} not saved yet; ${WAITS.offline}` : `${why}; ${WAITS.offline}`;
  return `${n} not saved`;
};
const troubleOf = ({ state, why, n, refused, isKept }) => {
  if (state === 'stopped') return `Not saved: ${why}. ${n} ${n === 1 ? 'act waits' : 'acts wait'} in this browser; keep them as a file.`;
  if (refused.length) return `${refused.length} refused: ${refused[0].reason}.`;
  return state === 'offline' && n ? `${n} not saved yet; ${why}. They are ${isKept ? 'kept in this browser' : 'in this tab only, which must stay open,'} and sent when it is back.` : '';
};
let link = null, before = '';
const draw = () => {
  const now = status(), trouble = troubleOf(now);
  shown.dataset.saved = now.state;
  shown.textContent = sentence(now);
  banner.hidden = trouble === '';
  if (trouble !== before) { words.textContent = trouble; said.textContent = trouble || (before ? 'Everything is saved again.' : ''); before = trouble; }
  download.hidden = now.state !== 'stopped' && !now.refused.length;
};
download.addEventListener('click', () => {
  const { refused, n } = status(), kept = { item: data.item, user: data.user, n_unsent: n, unsent: unsent(), refused };
  if (link) URL.revokeObjectURL(link);
  link = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 1)], { type: 'application/json' }));
  const anchor = document.createElement('a');
  anchor.href = link;
  anchor.download = `acts-item-${data.item}.json`;
  anchor.click();
  if (status().state !== 'stopped') letGo();
});
onStatus(draw);
setInterval(draw, 1000);
draw();
