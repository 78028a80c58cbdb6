/**
 * What the dashboard adds when scripts run: regions that follow what happens, a clock that ticks, copying, and a
 * button that shows that it is at work. Everything works without it.
 */
export const dashboardScript = `
const pad = (number) => String(number).padStart(2, '0');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
let since = performance.now();

function tick() {
  for (const time of document.querySelectorAll('time[data-now]')) {
    const at = new Date(Number(time.dataset.now) * 1000 + performance.now() - since);
    time.textContent = pad(at.getUTCDate()) + ' ' + months[at.getUTCMonth()] + ' ' + at.getUTCFullYear() + ', ' +
      [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(pad).join(':');
  }
}
setInterval(tick, 1000);

/** Copying needs a safe context; loopback addresses are one. */
function offerCopying(within) {
  if (!navigator.clipboard) return;
  for (const button of within.querySelectorAll('[data-copy]')) button.hidden = false;
}
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const copy = button.parentElement.querySelector('pre').cloneNode(true);
  for (const remark of copy.querySelectorAll('.was')) remark.remove();
  await navigator.clipboard.writeText(copy.textContent);
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
});

document.addEventListener('submit', (event) => {
  if (event.target.method !== 'post') return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = 'yes';
  event.submitter?.setAttribute('aria-disabled', 'true');
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
  }
});

/** Where the focus is, in words that find the same place in a new version of a region. */
function placeOf(element) {
  if (element.id) return '#' + CSS.escape(element.id);
  if (element.getAttribute('href')) return 'a[href="' + CSS.escape(element.getAttribute('href')) + '"]';
  if (element.getAttribute('aria-label')) return '[aria-label="' + CSS.escape(element.getAttribute('aria-label')) + '"]';
  return element.tagName.toLowerCase();
}

function replace(region, next) {
  if (region.innerHTML === next.innerHTML) return;
  const selection = getSelection();
  if (selection && !selection.isCollapsed && region.contains(selection.anchorNode)) return;
  const known = new Set([...region.querySelectorAll('[data-row]')].map((row) => row.dataset.row));
  const focused = region.contains(document.activeElement) && placeOf(document.activeElement);
  region.replaceChildren(...next.childNodes);
  if (known.size > 0) for (const row of region.querySelectorAll('[data-row]')) {
    if (!known.has(row.dataset.row)) row.classList.add('fresh');
  }
  offerCopying(region);
  if (focused) region.querySelector(focused)?.focus({ preventScroll: true });
}

let loading = false;
let again = false;
async function follow() {
  if (loading) { again = true; return; }
  loading = true;
  try {
    const response = await fetch(location.pathname + location.search, { headers: { accept: 'text/html' } });
    const next = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const region of document.querySelectorAll('[data-live]')) {
      const newer = next.getElementById(region.id);
      if (newer) replace(region, newer);
    }
    const now = next.querySelector('time[data-now]')?.dataset.now;
    if (now) {
      since = performance.now();
      for (const time of document.querySelectorAll('time[data-now]')) time.dataset.now = now;
      tick();
    }
  } catch { /* The sandbox is gone or starting again: the stream tells when it is back. */ }
  setTimeout(() => {
    loading = false;
    if (again) { again = false; follow(); }
  }, 300);
}

let stream;
function watch() {
  if (document.hidden) { stream?.close(); stream = undefined; return; }
  if (stream || !document.querySelector('[data-live]')) return;
  stream = new EventSource('/dashboard/stream');
  let opened = false;
  stream.addEventListener('open', () => {
    document.documentElement.dataset.watching = 'yes';
    // Whatever happened between the page and the stream, or while the stream was away.
    follow();
    opened = true;
  });
  stream.addEventListener('changed', follow);
  stream.addEventListener('error', () => {
    if (opened) delete document.documentElement.dataset.watching;
  });
}
document.addEventListener('visibilitychange', watch);
addEventListener('pagehide', () => { stream?.close(); stream = undefined; });
addEventListener('pageshow', watch);
offerCopying(document);
`;
