/**
 * What the pages add when scripts run: grouped card digits, the brand, errors in place without losing what was
 * typed, and one submission at a time. Every page works without it.
 */
export const script = `
const brands = [[/^4/, 'Visa'], [/^(5[1-5]|2[2-7])/, 'Mastercard'], [/^3[47]/, 'Amex'], [/^(6011|65|64[4-9])/, 'Discover'], [/^35/, 'JCB'], [/^3[068]/, 'Diners'], [/^62/, 'UnionPay']];
const brandOf = (digits) => (brands.find(([pattern]) => pattern.test(digits)) || [])[1] || '';
const digitsOf = (text) => text.replace(/\\D/g, '');
const grouped = (digits) => /^3[47]/.test(digits)
  ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10, 15)].filter(Boolean).join(' ')
  : digits.slice(0, 19).replace(/(.{4})(?=.)/g, '$1 ');

function rewrite(input, format) {
  const before = digitsOf(input.value.slice(0, input.selectionStart || 0)).length;
  const text = format(digitsOf(input.value));
  if (text === input.value) return;
  input.value = text;
  let place = 0;
  for (let seen = 0; place < text.length && seen < before; place += 1) if (/\\d/.test(text[place])) seen += 1;
  if (document.activeElement === input) input.setSelectionRange(place, place);
}

function expiry(digits) {
  const padded = /^[2-9]/.test(digits) ? '0' + digits : digits;
  return padded.length > 2 ? padded.slice(0, 2) + ' / ' + padded.slice(2, 4) : padded;
}

function showProblems(form, problems) {
  for (const input of form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  for (const place of form.querySelectorAll('.problem')) place.textContent = '';
  const banner = form.querySelector('[data-banner]');
  if (banner) { banner.hidden = true; banner.textContent = ''; }
  let first;
  for (const { field, message } of problems) {
    const input = field && form.elements.namedItem(field);
    const place = input && document.getElementById(input.id + '-problem');
    if (!place) {
      if (banner) { banner.textContent = message; banner.hidden = false; }
      continue;
    }
    input.setAttribute('aria-invalid', 'true');
    place.textContent = message;
    first = first || input;
  }
  if (first) first.focus();
}

function busy(form, yes, button = form.querySelector('[type=submit]')) {
  if (!button) return;
  if (yes) {
    button.dataset.label = button.textContent;
    button.textContent = form.dataset.busy || 'Processing…';
    button.insertAdjacentHTML('afterbegin', '<span class="spinner" aria-hidden="true"></span>');
  } else if (button.dataset.label) button.textContent = button.dataset.label;
  button.setAttribute('aria-disabled', String(yes));
}

async function send(form) {
  busy(form, true);
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    });
    const answer = await response.json();
    if (answer.location) return location.assign(answer.location);
    showProblems(form, answer.problems);
  } catch {
    showProblems(form, [{ message: 'The sandbox could not be reached. Nothing was charged; try again.' }]);
  }
  busy(form, false);
}

function assistCard(form) {
  const [number, date, code] = ['number', 'expiry', 'cvc'].map((name) => form.elements.namedItem(name));
  const brand = form.querySelector('.brand');
  const named = () => { if (brand && number) brand.textContent = brandOf(digitsOf(number.value)); };
  if (number) number.addEventListener('input', () => { rewrite(number, grouped); named(); });
  if (date) date.addEventListener('input', (event) => {
    if (event.inputType !== 'deleteContentBackward') rewrite(date, expiry);
  });
  if (code) code.addEventListener('input', () => rewrite(code, (digits) => digits.slice(0, 4)));
  form.addEventListener('click', (event) => {
    const button = event.target.closest('[data-number]');
    if (!button) return;
    number.value = grouped(button.dataset.number);
    date.value = date.value || '12 / 34';
    code.value = code.value || (/^3[47]/.test(button.dataset.number) ? '1234' : '123');
    named();
    number.dispatchEvent(new Event('input', { bubbles: true }));
    (form.querySelector('[type=submit]') || number).focus();
  });
  named();
}

for (const form of document.querySelectorAll('form[data-card-form]')) {
  assistCard(form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (form.querySelector('[type=submit][aria-disabled=true]')) return;
    send(form);
  });
}

for (const form of document.querySelectorAll('form:not([data-card-form])')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'yes';
    busy(form, true, event.submitter || undefined);
  });
}

// A page that comes back from the browser's history must take clicks again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form')) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('[type=submit]')) busy(form, false, button);
  }
});

// A page around this one waits for it: stripe.js for the bank's answer. It holds no secret, so anybody may hear it.
const told = document.querySelector('[data-tells]');
if (told && parent !== window) parent.postMessage({ type: 'tollgate-sandbox-' + told.dataset.tells }, '*');
`;
