// A report in one file: draws its figures with the Plotly that is in the file, in the theme that is on. No network.
(() => {
  const root = document.documentElement;
  const plots = [...document.querySelectorAll('[data-figure]')];
  const config = { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false };
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  const coloured = (part) => {
    if (typeof part === 'string') return part.startsWith('--') ? token(part) || part : part;
    if (Array.isArray(part)) return part.map(coloured);
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, coloured(value)]));
  };

  const read = (plot) => JSON.parse(document.getElementById(plot.dataset.figure).textContent);
  const spec = (plot) => { const { data, layout } = coloured(read(plot)); return [data, layout]; };
  const draw = (plot) => { if (!plot.data) Plotly.newPlot(plot, ...spec(plot), config); };
  const repaint = () => { for (const plot of plots) if (plot.data) Plotly.react(plot, ...spec(plot), config); };

  // Figures are drawn when they come near the window; before printing, all.
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) { near.unobserve(entry.target); draw(entry.target); }
  }, { rootMargin: '600px' });
  for (const plot of plots) {
    plot.style.minHeight = `${read(plot).layout.height || 320}px`;
    near.observe(plot);
  }
  addEventListener('beforeprint', () => { for (const plot of plots) draw(plot); });

  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme || (system.matches ? 'dark' : 'light')) === 'dark';
  const button = document.querySelector('[data-theme-button]');
  const name = () => { button.textContent = isDark() ? 'Light' : 'Dark'; };
  button.hidden = false;
  button.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; name(); repaint(); });
  system.addEventListener('change', () => { name(); repaint(); });
  name();
})();
