// The characters of a line as uploaded, whatever is shown: where each of its nodes begins in them. A formula counts as its source.
let parts = new Map();

const pieces = (row) => {
  const found = [];
  let at = 0;
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) { found.push([node, at, node.data.length]); at += node.data.length; return node.data; }
    if (node.localName === 'math') { const source = node.getAttribute('alttext'); found.push([node, at, source.length]); at += source.length; return source; }
    let text = '';
    for (const child of node.childNodes) text += walk(child);
    return text;
  };
  return [walk(row.querySelector('p')), found];
};
export const textOf = (row) => {
  const body = row.children[1];
  return body ? (body.querySelector('math') ? pieces(row)[0] : body.textContent) : '';
};
// [node, where it begins in the line, its length] of every text and formula of a line that has characters.
export const nodesOf = (row) => {
  if (!parts.has(row)) parts.set(row, pieces(row)[1].filter(([, , n]) => n > 0));
  return parts.get(row);
};
export const forget = () => { parts = new Map(); };
export const holding = (nodes, offset) => {
  let low = 0, high = nodes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (nodes[middle][1] <= offset) low = middle; else high = middle - 1;
  }
  return nodes[low];
};
// The characters from `start` of one line to `end` of the same or a later one; a formula is in it whole.
export const rangeOf = (row, start, lastRow, end) => {
  const range = document.createRange();
  const [first, firstAt] = holding(nodesOf(row), start), [last, lastAt] = holding(nodesOf(lastRow), end - 1);
  if (first.nodeType === Node.TEXT_NODE) range.setStart(first, start - firstAt); else range.setStartBefore(first);
  if (last.nodeType === Node.TEXT_NODE) range.setEnd(last, end - lastAt); else range.setEndAfter(last);
  return range;
};
