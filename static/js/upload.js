// Drag and drop of files and folders, progress per file, cancel. Knows the form [data-upload] and two addresses:
// where a draft is made (the form's action) and where its files go. Without this module the form works as it stands.
const FOLDER_LIMIT = 2000;
const BATCH_FILES = 40, BATCH_BYTES = 8e6; // small files travel together: a folder of hundreds takes seconds
const HIDDEN = /(^|\/)\.|(^|\/)(__MACOSX|Thumbs\.db|desktop\.ini)/;
const size = (n) => (n < 1e6 ? `${Math.max(1, Math.round(n / 1e3))} KB` : `${(n / 1e6).toFixed(1)} MB`);

// --- what was dropped, as [{file, path}] ---
const entriesIn = (reader) => new Promise((done, failed) => reader.readEntries(done, failed));
const fileOf = (entry) => new Promise((done, failed) => entry.file(done, failed));

async function filesUnder(entry, found) {
  if (found.length > FOLDER_LIMIT) return found;
  if (entry.isFile) {
    found.push({ file: await fileOf(entry), path: entry.fullPath.replace(/^\//, '') });
    return found;
  }
  const reader = entry.createReader();
  for (let batch = await entriesIn(reader); batch.length; batch = await entriesIn(reader)) {
    for (const inner of batch) await filesUnder(inner, found);
  }
  return found;
}

async function dropped(transfer) {
  const entries = [...transfer.items].filter((item) => item.kind === 'file').map((item) => item.webkitGetAsEntry?.());
  if (entries.some((entry) => !entry)) return chosen(transfer.files);
  const found = [];
  for (const entry of entries) await filesUnder(entry, found);
  return found;
}

const chosen = (files) => [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

// --- one upload ---
class Refused extends Error {}

function send(url, body, { onProgress = () => {}, signal }) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('error', () => failed(new Refused('the connection broke')));
    request.addEventListener('abort', () => failed(new DOMException('cancelled', 'AbortError')));
    request.addEventListener('load', () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* not ours: the status says enough */ }
      if (request.status < 300 && answer.url) done(answer);
      else failed(new Refused(answer.error ?? `the server answered ${request.status}`));
    });
    signal.addEventListener('abort', () => request.abort());
    if (signal.aborted) request.abort(); else request.send(body);
  });
}

// --- several small files in one request ---
function batches(lines) {
  const all = [];
  let bytes = Infinity;
  for (const line of lines) {
    if (bytes + line.file.size > BATCH_BYTES || all.at(-1).length >= BATCH_FILES) { all.push([]); bytes = 0; }
    all.at(-1).push(line);
    bytes += line.file.size;
  }
  return all;
}

// Shows `sent` bytes on the bars of a batch, one file after the other; returns how much they hold together.
function fill(batch, sent) {
  let left = sent;
  for (const { bar } of batch) { bar.value = Math.max(0, Math.min(left, bar.max)); left -= bar.max; }
  return batch.reduce((sum, { bar }) => sum + bar.value, 0);
}

// --- the form ---
class Upload {
  constructor(form) {
    this.form = form;
    this.part = (name) => form.querySelector(`[data-${name}]`);
    this.busy = false;
    this.part('plain').hidden = true;
    this.part('choose-folder').hidden = false;
    form.classList.add('live');
    for (const input of form.querySelectorAll('input[type=file]')) {
      const take = () => { this.start(chosen(input.files)); input.value = ''; };
      input.addEventListener('change', take);
      if (input.files.length) take(); // chosen before this module had loaded
    }
    this.part('upload-cancel').addEventListener('click', () => this.stop?.abort());
    addEventListener('dragover', (event) => { event.preventDefault(); form.classList.add('over'); });
    addEventListener('dragleave', (event) => { if (!event.relatedTarget) form.classList.remove('over'); });
    addEventListener('drop', async (event) => {
      event.preventDefault();
      form.classList.remove('over');
      this.start(await dropped(event.dataTransfer));
    });
  }

  say(words) { this.part('upload-words').textContent = words; }

  body() {
    const body = new FormData();
    body.set('csrfmiddlewaretoken', this.form.elements.csrfmiddlewaretoken.value);
    return body;
  }

  line({ file, path }) {
    const line = document.createElement('li');
    const bar = Object.assign(document.createElement('progress'), { max: file.size || 1, value: 0 });
    bar.setAttribute('aria-label', path);
    const words = document.createElement('span');
    words.textContent = size(file.size);
    line.append(Object.assign(document.createElement('span'), { className: 'mono', textContent: path }), bar, words);
    this.part('upload-list').append(line);
    return { bar, words };
  }

  async start(given) {
    const files = given.filter(({ path }) => !HIDDEN.test(path));
    if (this.busy || !files.length) return;
    this.part('uploads').hidden = false;
    this.part('upload-list').replaceChildren();
    if (files.length > FOLDER_LIMIT) { this.say(`More than ${FOLDER_LIMIT} files; put the rows into fewer, larger files.`); return; }
    this.busy = true;
    this.stop = new AbortController();
    this.part('upload-cancel').hidden = false;
    try { await this.all(files); } catch (error) { await this.ended(error); }
    this.busy = false;
    this.part('upload-cancel').hidden = true;
  }

  async all(files) {
    const signal = this.stop.signal;
    this.draft = this.form.dataset.filesUrl
      ? { files_url: this.form.dataset.filesUrl }
      : await send(this.form.action, this.body(), { signal });
    const total = this.part('upload-total');
    const lines = files.map((each, index) => ({ ...each, ...this.line(each), number: index + 1 }));
    total.max = files.reduce((sum, { file }) => sum + (file.size || 1), 0);
    let before = 0;
    for (const batch of batches(lines)) {
      this.say(files.length === 1 ? 'Uploading' : `Uploading file ${batch[0].number} of ${files.length}`);
      const onProgress = (sent) => { total.value = before + fill(batch, sent); };
      const body = this.body();
      for (const { path, file } of batch) { body.append('path', path); body.append('file', file); }
      try {
        this.draft = { ...this.draft, ...await send(this.draft.files_url, body, { onProgress, signal }) };
      } catch (error) {
        for (const { words } of batch) words.textContent = error.name === 'AbortError' ? 'cancelled' : error.message;
        throw error;
      }
      before += fill(batch, Infinity);
      total.value = before;
      for (const { words, file } of batch) words.textContent = `${size(file.size)}, uploaded`;
    }
    this.say('Uploaded. Opening the preview');
    location.assign(this.draft.url);
  }

  // Cancelled or broken: a draft that was made here is thrown away when cancelled, and offered when something broke.
  async ended(error) {
    const cancelled = error.name === 'AbortError';
    if (!cancelled && !(error instanceof Refused)) throw error;
    const own = !this.form.dataset.filesUrl && this.draft;
    if (cancelled && own) await send(this.draft.cancel_url, this.body(), { signal: new AbortController().signal });
    this.say(cancelled ? 'Cancelled. Nothing of this upload is kept.' : `Stopped: ${error.message}. Drop the files again to try once more.`);
    if (cancelled && !own) this.say('Cancelled. Files that had arrived are in the preview; reload to see them.');
    this.draft = undefined;
  }
}

for (const form of document.querySelectorAll('[data-upload]')) new Upload(form);
