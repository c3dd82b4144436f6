// The value that a label most likely has: what is boxed in the text, the option that is named, what stands after the last "=" or
// "is" where that is no sentence, else the last number.
import { textBetween } from './label-text.js';
import { valueIn } from './label-value-in.js';

const LONGEST = 200;
export const guess = (kind, start, end) => (kind.values.length ? '' : valueIn(textBetween(start, end)).slice(0, LONGEST));
