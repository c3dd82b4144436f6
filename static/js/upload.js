// Drag and drop of files and folders, progress per file, cancel. Knows the form [data-upload] and two addresses:
// where a draft is made (the form's action) and where its files go. Without this module the form works as it stands.
const FOLDER_LIMIT = 2000;
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
      input.addEventListener('change', () => { this.start(chosen(input.files)); input.value = ''; });
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

  body(fields = {}) {
    const body = new FormData();
    body.set('csrfmiddlewaretoken', this.form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
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
    const lines = files.map((each) => this.line(each));
    total.max = files.reduce((sum, { file }) => sum + (file.size || 1), 0);
    let before = 0;
    for (const [index, { file, path }] of files.entries()) {
      const { bar, words } = lines[index];
      this.say(files.length === 1 ? 'Uploading' : `Uploading file ${index + 1} of ${files.length}`);
      const onProgress = (sent) => { bar.value = Math.min(sent, bar.max); total.value = before + bar.value; };
      try {
        this.draft = { ...this.draft, ...await send(this.draft.files_url, this.body({ path, file }), { onProgress, signal }) };
      } catch (error) {
        words.textContent = error.name === 'AbortError' ? 'cancelled' : error.message;
        throw error;
      }
      bar.value = bar.max;
      before += file.size || 1;
      total.value = before;
      words.textContent = `${size(file.size)}, uploaded`;
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
