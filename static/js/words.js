// The words of a search as one regular expression: letters and digits, any case, whatever else stands between them.
// The same idea of a match as apps/traces/queries/words.py; the words themselves come from there.
const LONGEST = 40;
const ALONE = '\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}';
const EDGE = `(?![${ALONE}])[\\p{L}\\p{N}]`;
const BETWEEN = '[^\\p{L}\\p{N}]';
const alone = new RegExp(`^[${ALONE}]$`, 'u');

const sourceOf = ([words, isPrefix]) => {
  const mayTouch = (word) => alone.test(word) || [...word].length >= LONGEST;
  let source = alone.test(words[0]) ? '' : `(?<!${EDGE})`;
  words.forEach((word, k) => {
    if (k > 0) source += mayTouch(words[k - 1]) || alone.test(word) ? `${BETWEEN}*` : `${BETWEEN}+`;
    source += word;
  });
  return isPrefix || mayTouch(words.at(-1)) ? source : `${source}(?!${EDGE})`;
};

// `terms` are [[words, is_prefix] ...]: any of them is found.
export const patternOf = (terms) => new RegExp(terms.map(sourceOf).join('|'), 'giu');
