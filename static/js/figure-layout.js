// What the layout of every figure begins with, as JSON behind the first words: files of reports read the same lines.
// Strings that begin with two dashes name tokens of the stylesheet.
export default {
  "layout": {
    "font": { "family": "--font", "size": 12, "color": "--ink-2" },
    "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
    "bargap": 0.35, "showlegend": false, "dragmode": false, "hovermode": "closest",
    "hoverlabel": { "bgcolor": "--surface", "bordercolor": "--line-2", "font": { "size": 12, "color": "--ink" } }
  },
  "margin": { "l": 52, "r": 16, "t": 24, "b": 40 },
  "xaxis": { "showgrid": false, "linecolor": "--line-2", "gridcolor": "--line", "showline": true, "automargin": true },
  "yaxis": { "gridcolor": "--line", "gridwidth": 1, "showline": false, "automargin": true, "ticklabelstandoff": 8 },
  "axis": { "zeroline": false, "ticks": "", "fixedrange": true },
  "title": { "standoff": 8 },
  "titlefont": { "size": 11, "color": "--ink-3" }
};
