// Draws the figures of a page with Plotly from the JSON beside them, in the colours of the stylesheet, and follows the theme.
// Marks lead to the rollouts behind them; for keyboards the same links stand in the figure's table.
const plots = [];
const config = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Every string that names a token (`--tt`) becomes its colour in the theme that is on.
const coloured = (part) => {
  if (typeof part === 'string') return part.startsWith('--') ? token(part) : part;
  if (Array.isArray(part)) return part.map(coloured);
  if (part === null || typeof part !== 'object') return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, coloured(value)]));
};

const axis = (own, more) => ({
  ...more, zeroline: false, ticks: '', fixedrange: true, ...own,
  title: { standoff: 8, ...own?.title, font: { size: 11, color: token('--ink-3') } },
});

const layout = (own) => {
  const axes = Object.keys(own).filter((key) => /^[xy]axis/.test(key));
  const across = { showgrid: false, linecolor: token('--line-2'), gridcolor: token('--line'), showline: true, automargin: true };
  const up = { gridcolor: token('--line'), gridwidth: 1, showline: false, automargin: true, ticklabelstandoff: 8 };
  return {
    font: { family: token('--font'), size: 12, color: token('--ink-2') },
    paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', bargap: 0.35, showlegend: false, dragmode: false,
    hovermode: 'closest', hoverlabel: { bgcolor: token('--surface'), bordercolor: token('--line-2'), font: { size: 12, color: token('--ink') } },
    ...own,
    margin: { l: 52, r: 16, t: 24, b: 40, ...own.margin },
    ...Object.fromEntries(axes.map((key) => [key, axis(own[key], key.startsWith('x') ? across : up)])),
  };
};

const spec = (plot) => {
  const { data, layout: own } = coloured(JSON.parse(document.getElementById(plot.dataset.figure).textContent));
  return [data, layout(own)];
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
