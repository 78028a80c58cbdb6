/**
 * What a Checkout page adds when scripts run: the order changes in place, what was typed stays; and in a frame, the
 * merchant's page hears of its height and its end.
 */
export const orderScript = `
async function changeOrder(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter || undefined));
  busy(form, true, submitter || undefined);
  const response = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const [now, next] = [document.getElementById('order'), page.getElementById('order')];
  if (!next || next.dataset.due !== now.dataset.due) return location.assign(location.href);
  const focused = document.activeElement && document.activeElement.id;
  now.innerHTML = next.innerHTML;
  const [button, label] = [document, page].map((each) => each.querySelector('[data-card-form] [type=submit].wide'));
  if (button && label) button.textContent = label.textContent;
  const again = focused && document.getElementById(focused);
  if (again) again.focus();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('form[data-order]')) return;
  event.preventDefault();
  changeOrder(form, event.submitter).catch(() => form.submit());
});

document.addEventListener('change', (event) => {
  if (event.target.matches('[data-now]') && event.target.reportValidity()) event.target.form.requestSubmit();
});

const framed = document.querySelector('[data-embedded]');
if (framed && parent !== window) {
  const tell = (message) => parent.postMessage({ type: 'tollgate-sandbox-checkout', ...message }, '*');
  new ResizeObserver(() => tell({ event: 'height', height: framed.scrollHeight })).observe(framed);
  if (framed.dataset.complete !== undefined) tell({ event: 'complete', location: framed.dataset.complete });
}
`;
