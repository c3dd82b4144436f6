// Other tabs of the same person on the same item: what one does the others show at once. Elsewhere it is seen with the next save.
import { data } from './label-data.js';
import { ask, known, learn, onNews, onSent, unsent } from './label-queue.js';
import { carryOut, replaceAll } from './label-store.js';

const channel = 'BroadcastChannel' in window ? new BroadcastChannel(`afterthought.label.${data.user}.${data.item}`) : null;
export const share = (acts) => channel?.postMessage({ acts });
channel?.addEventListener('message', ({ data: told }) => {
  if (told.acts) carryOut(told.acts);
  if (told.after && told.before === known()) learn(told.after); else if (told.after) ask();
});
onSent((told) => channel?.postMessage(told));
onNews((state) => replaceAll(state, unsent()));
setInterval(() => { if (document.visibilityState === 'visible' && navigator.onLine) ask(); }, 30_000);
