// Before the first paint: the theme that this browser remembers. A classic script, so that no page flashes.
const remembered = localStorage.getItem('theme');
if (remembered && remembered !== 'system') document.documentElement.dataset.theme = remembered;
