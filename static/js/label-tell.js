// A short word on what a key did not do, seen and heard.
const place = document.querySelector('[data-told]');
let later = 0;
export const tell = (words) => {
  place.textContent = words;
  clearTimeout(later);
  later = setTimeout(() => { place.textContent = ''; }, 6000);
};
