// A value in a line of text. Knows no page.
const NUMBER = /[-−]?(?:\\d?frac\{[^{}]*\}\{[^{}]*\}|\d[\d,]*(?:\.\d+)?(?:\s*\/\s*\d+)?(?:_\{?\d+\}?|\\?%|\^\{?\\?circ\}?)?)/g;
const CHOICE = /(?:[Aa]nswer|ANSWER|[Oo]ption|[Cc]hoice)\s*(?:would be|should be|must be|is|:)?\s*\(?\*{0,2}([A-J])\b/;
const AFTER = /^.*(?:=|≈|\bis\b|\bare\b|\bequals\b|\bget\b|\bbe\b|:)\s*([^=≈:]+)$/is;
const DELIMITERS = /\\[()[\]]|\$|\*\*/g;
const WORD = /(?<![\\a-z])[a-z]{2,}/i;
const NEAR = 400;
const MOST = 40;

const boxed = (text) => {
  const at = text.lastIndexOf('\\boxed{');
  if (at < 0) return '';
  let depth = 0;
  for (let n = at + 6; n < text.length; n += 1) {
    if (text[n] === '{') depth += 1;
    if (text[n] === '}') depth -= 1;
    if (depth === 0) return text.slice(at + 7, n).trim();
  }
  return '';
};
const tidy = (text) => text.replace(DELIMITERS, '').replace(/[\s.,;!?]+$/, '').trim();
const plain = (text) => text.replace(/−/g, '-').replace(/(\d),(?=\d{3}\b)/g, '$1');
const expression = (text) => {
  const tail = tidy(text.match(AFTER)?.[1] ?? '');
  return tail && tail.length <= MOST && /\d/.test(tail) && !WORD.test(tail) ? plain(tail) : '';
};
const lastNumber = (text) => plain(text.match(NUMBER)?.at(-1) ?? '');

const near = (text) => (text.match(CHOICE)?.[1] ?? '') || expression(text) || lastNumber(text.match(AFTER)?.[1] ?? '') || lastNumber(text);
export const valueIn = (text) => boxed(text) || near(text.slice(-NEAR));
