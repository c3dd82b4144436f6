// Draws the figures of a page with Plotly from the JSON beside them, in the colours of the stylesheet, and follows the theme.
// Marks lead to the rollouts behind them; for keyboards the same links stand in the figure's table.
import base from './figure-layout.js';

const plots = [];
const config = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Every string that names a token (`--tt`) becomes its colour in the theme that is on; a model named --so keeps its name.
const coloured = (part) => {
  if (typeof part === 'string') return part.startsWith('--') ? token(part) || part : part;
  if (Array.isArray(part)) return part.map(coloured);
  if (part === null || typeof part !== 'object') return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, coloured(value)]));
};

const axis = (own, more) => ({
  ...more, ...base.axis, ...own, title: { ...base.title, ...own?.title, font: base.titlefont },
});

const layout = (own) => {
  const axes = Object.keys(own).filter((key) => /^[xy]axis/.test(key));
  return {
    ...base.layout,
    ...own,
    margin: { ...base.margin, ...own.margin },
    ...Object.fromEntries(axes.map((key) => [key, axis(own[key], key.startsWith('x') ? base.xaxis : base.yaxis)])),
  };
};

const spec = (plot) => {
  const { data, layout: own } = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
  return [coloured(data), coloured(layout(own))];
};

const linked = (plot) => {
  plot.on('plotly_click', ({ points: [point] }) => { if (point?.customdata) location.assign(point.customdata); });
  plot.on('plotly_hover', ({ points: [point] }) => plot.classList.toggle('over-link', Boolean(point?.customdata)));
  plot.on('plotly_unhover', () => plot.classList.remove('over-link'));
};

const draw = async (plot) => {
  await Plotly.newPlot(plot, ...spec(plot), config);
  linked(plot);
};

const repaint = () => { for (const plot of plots) if (plot.data) Plotly.react(plot, ...spec(plot), config); };

// A table link opens the table that it leads to.
const open = () => document.getElementById(location.hash.slice(1))?.closest('details.data')?.setAttribute('open', '');
addEventListener('hashchange', open);
open();

for (const link of document.querySelectorAll('.tools a[href^="#t-"]')) link.addEventListener('click', () => setTimeout(open));

// Figures are drawn when they come near the window, the first ones at once.
const near = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((each) => each.isIntersecting)) { near.unobserve(entry.target); draw(entry.target); }
}, { rootMargin: '600px' });
const take = (part) => {
  for (const plot of part.querySelectorAll('[data-figure]')) {
    if (plots.includes(plot)) continue;
    plots.push(plot);
    plot.style.minHeight = `${JSON.parse(document.getElementById(plot.dataset.figure).textContent).layout.height}px`;
    near.observe(plot);
  }
};
take(document);
// Parts of a page that are fetched later bring figures of their own.
document.addEventListener('htmx:load', ({ detail }) => take(detail.elt.parentElement ?? document));

new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ['data-theme'] });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
