// The value that a label most likely has: what is boxed in the text, what stands after the last "=" or "is", else the last number.
import { textBetween } from './label-text.js';

const NUMBER = /[-−]?(?:\\d?frac\{[^{}]*\}\{[^{}]*\}|\d[\d,]*(?:\.\d+)?(?:\s*\/\s*\d+)?(?:\\?%|\^\{?\\?circ\}?)?)/g;
const CHOICE = /(?:answer|option|choice)\s*(?:is|:)?\s*\(?\*{0,2}([A-J])\b/i;
const AFTER = /(?:=|≈|\bis\b|\bare\b|\bequals\b|\bget\b|\bbe\b|:)\s*([^=≈]*)$/i;

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
const lastNumber = (text) => text.match(NUMBER)?.at(-1)?.replace(/−/g, '-').replace(/(\d),(?=\d{3}\b)/g, '$1') ?? '';

// >>> valueIn('So the result is 2.') is '2', of 'thus \\boxed{x+1}' 'x+1', of 'the answer is (C)' 'C'
export const valueIn = (text) => boxed(text) || (text.match(CHOICE)?.[1] ?? '') || lastNumber(text.match(AFTER)?.[1] ?? '') || lastNumber(text);
export const guess = (kind, start, end) => (kind.values.length ? '' : valueIn(textBetween(start, end)).slice(0, 200));
