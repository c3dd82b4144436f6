// The panel: how far it is, how often each label was given, what the label in hand means, and what stands on the current step.
import { clearing, perform } from './label-acts.js';
import { data, kinds } from './label-data.js';
import { tagOf } from './label-draw.js';
import { lastGiven } from './label-give.js';
import { labelsOn, nLabelled, nOf, onMarks, suggestionsOn, wholeSuggestions } from './label-marks.js';
import { labels, standing } from './label-store.js';
import { current, selected } from './label-steps.js';
import { trace } from './reader-line.js';

const find = (name) => document.querySelector(`[data-${name}]`);
const n = find('n-labelled'), bar = find('progress'), minutes = find('minutes'), title = find('here-title'), tags = find('here-tags'), whole = find('whole');
const rows = new Map([...document.querySelectorAll('[data-kind]')].map((row) => [row.dataset.kind, row]));
const defined = new Map([...document.querySelectorAll('[data-define]')].map((each) => [each.dataset.define, each]));
const opened = Date.now();

const counts = () => {
  n.textContent = nLabelled();
  bar.value = nLabelled();
  for (const name of kinds.keys()) rows.get(name).querySelector('[data-count]').textContent = nOf(name) || '';
};
const closable = (label) => {
  const tag = tagOf(label), button = document.createElement('button');
  button.type = 'button';
  button.className = 'away';
  button.textContent = '×';
  button.setAttribute('aria-label', `take away ${tag.textContent}`);
  button.dataset.remove = label.key;
  tag.append(button);
  for (const relation of standing().filter((each) => each.first === label.key)) tag.append(awayWith(relation));
  return tag;
};
const awayWith = (relation) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'away';
  button.textContent = `× ${kinds.get(relation.name)?.title ?? relation.name}`;
  button.dataset.remove = relation.key;
  return button;
};
const suggested = (each) => {
  const tag = tagOf(each), key = document.createElement('kbd');
  key.textContent = '↵';
  tag.append(key);
  return tag;
};
const named = (step) => (data.unit === 'line' ? `Line ${step.line}` : `${data.unit[0].toUpperCase()}${data.unit.slice(1)} ${step.index + 1}, line ${step.line}`);
const here = () => {
  const step = current(), chosen = selected();
  const held = step ? labelsOn(step) : [];
  title.textContent = !step ? 'No step yet' : chosen.length > 1 ? `${chosen.length} steps, ${named(chosen[0]).toLowerCase()} to ${chosen.at(-1).line}` : named(step);
  tags.replaceChildren(...(step ? [...held.map(closable), ...suggestionsOn(step).map(suggested)] : []));
  const inHand = held[0]?.name ?? lastGiven()?.name;
  for (const [name, each] of defined) each.hidden = name !== inHand;
  for (const [name, row] of rows) if (name === inHand) row.setAttribute('aria-current', 'true'); else row.removeAttribute('aria-current');
  whole?.replaceChildren(...standing().filter((label) => label.start === null && !label.first).map(closable), ...wholeSuggestions().map(suggested));
};
const time = () => { minutes.textContent = Math.round((data.seconds + (Date.now() - opened) / 1000) / 60); };
onMarks(() => { counts(); here(); });
trace.addEventListener('label:step', here);
document.querySelector('.aside').addEventListener('click', (event) => {
  const key = event.target.dataset?.remove;
  if (key && labels.has(key)) { perform(clearing([labels.get(key)])); trace.focus({ preventScroll: true }); }
});
setInterval(time, 20_000);
