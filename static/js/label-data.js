// What the server told of the item: the text's places, the scheme, the labels as they stood when the page was made.
export const data = JSON.parse(document.getElementById('label-data').textContent);
export const kinds = new Map(data.kinds.map((kind, order) => [kind.name, { ...kind, order }]));
export const kindOfKey = new Map(data.kinds.map((kind) => [kind.key, kinds.get(kind.name)]));
export const root = document.querySelector('[data-item]');
export const UNKNOWN = { title: '', colour: 7, key: '?', order: 99, on: 'span', has_value: false, values: [] };
export const kindOf = (name) => kinds.get(name) ?? { ...UNKNOWN, name, title: name };

// Kept per person in this browser; where it keeps nothing the default holds.
const named = (name) => `afterthought.label.${data.user}.${name}`;
const kept = (() => { try { return window.localStorage; } catch { return null; } })();
export const recall = (name) => kept?.getItem(named(name)) ?? null;
export const remember = (name, value) => { kept?.setItem(named(name), value); };
export const storage = kept;
