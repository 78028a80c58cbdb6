import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** Where the pages' own stylesheet and script are served. */
export const STYLESHEET_PATH = '/assets/pages.css';
export const SCRIPT_PATH = '/assets/pages.js';

/** Nothing but the sandbox's own stylesheet and script; no inline code. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'";

/** @param style path of one more stylesheet, which wins over the pages' own */
export function document(title: string, body: Html, style?: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLESHEET_PATH}">${style && html`<link rel="stylesheet" href="${style}">`}
<script type="module" src="${SCRIPT_PATH}"></script>
</head>
<body>
${body}
</body>
</html>`;
}

export const testBadge = html`<span class="badge test">Test mode</span>`;

/** Who sells, with the way back to them and the reminder that no money moves. */
export function merchantHeader(merchant: string, back?: { href: string; label: string }): Html {
  return html`<header class="merchant">
${back && html`<a class="back" href="${back.href}" aria-label="${back.label}"><svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M13.5 8H3M7 3.5 2.5 8 7 12.5"/></svg></a>`}
<span class="mark" aria-hidden="true">${[...merchant][0]?.toUpperCase() ?? ''}</span>
<span class="name">${merchant}</span>
${testBadge}
</header>`;
}

export const footer = html`<p class="foot"><span>Stripe sandbox</span><span>No money moves here: pay with a test card.</span></p>`;

/** A page that says one thing: an expired link, a finished step. */
export function messagePage(view: {
  merchant: string;
  title: string;
  text: string;
  action?: { href: string; label: string };
  /** What a page around this one hears, if it is shown in a frame. */
  tells?: string;
  /** Shown in a frame of the merchant's page; `complete` is where that goes on, empty to stay. */
  embedded?: { complete?: string };
}): Html {
  return document(
    `${view.title} · ${view.merchant}`,
    html`<main class="centre${view.embedded ? ' embedded' : ''}"${view.embedded ? html` data-embedded` : ''}${view.embedded?.complete !== undefined ? html` data-complete="${view.embedded.complete}"` : ''}${view.tells ? html` data-tells="${view.tells}"` : ''}><div class="card">
${merchantHeader(view.merchant)}
<h1>${view.title}</h1>
<p class="soft">${view.text}</p>
${view.action && html`<p class="message-action"><a class="button primary" href="${view.action.href}">${view.action.label}</a></p>`}
</div></main>`,
  );
}
