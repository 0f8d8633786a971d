// Makes photos smaller before they are sent, where the browser can read them. What it cannot read
// goes as it is, and the server says what is wrong with it.
const SIDE = 3200;
const LARGE = 2 * 1024 * 1024;
const working = new WeakMap();

async function smaller(file) {
  const heic = /hei[cf]/i.test(file.type) || /\.hei[cf]$/i.test(file.name);
  if (file.size <= LARGE && !heic) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const paper = canvas.getContext('2d');
    // What is transparent becomes paper, as on the server.
    paper.fillStyle = '#fff';
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
    if (!blob || (blob.size >= file.size && !heic)) return file;
    return new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: blob.type });
  } catch {
    return file;
  }
}

async function replace(field) {
  const chosen = [...field.files];
  const files = [];
  // One after the other: each takes much memory.
  for (const file of chosen) files.push(await smaller(file));
  const same = field.files.length === chosen.length && chosen.every((file, n) => field.files[n] === file);
  if (!same || files.every((file, n) => file === chosen[n])) return;
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  field.files = transfer.files;
}

addEventListener('change', ({ target }) => {
  if (!target.matches?.('input[data-smaller]')) return;
  const work = replace(target).finally(() => {
    if (working.get(target) === work) working.delete(target);
  });
  working.set(target, work);
});

// A form that is sent meanwhile waits.
addEventListener('submit', (event) => {
  const form = event.target;
  const field = form.querySelector('input[data-smaller]');
  const work = field && working.get(field);
  if (!work) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  work.then(() => form.requestSubmit(submitter));
}, true);
