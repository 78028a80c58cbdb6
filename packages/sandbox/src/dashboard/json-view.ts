import { html, raw } from 'hono/html';
import { type Hash, isHash } from '../engine/hash.js';
import type { Html } from '../pages/document.js';
import { moment } from './moment.js';
import type { IdLinks } from './object-kinds.js';

const escaped = (text: string) => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);

/** A moment in Stripe seconds, by its size and the name of its member. */
const isMoment = (name: string | undefined, value: number) =>
  value > 900_000_000 && value < 10_000_000_000 && name !== undefined && !/amount|count|value|number/.test(name);

/**
 * JSON for people: what is an id leads to its object, what is an address can be followed, moments are told.
 * @param previous `previous_attributes`: what they name is marked, its old value beside it
 */
export function jsonView(value: unknown, links: IdLinks, previous?: unknown): Html {
  const marked = previous === undefined ? '' : ' data-changes';
  const label = marked ? 'JSON with what changed marked' : 'JSON';
  const text = new JsonText(links).of(value, '', undefined, previous);
  return html`<div class="json-box"><button type="button" class="button small copy" data-copy hidden>Copy</button><pre class="json" tabindex="0" role="region" aria-label="${label}">${raw(text)}</pre></div>`;
}

class JsonText {
  constructor(private readonly links: IdLinks) {}

  of(value: unknown, indent: string, name: string | undefined, previous: unknown): string {
    if (Array.isArray(value)) return this.list(value, indent, name);
    if (isHash(value)) return this.hash(value, indent, isHash(previous) ? previous : {});
    return this.leaf(value, name);
  }

  private list(list: unknown[], indent: string, name: string | undefined): string {
    if (list.length === 0) return '[]';
    const inner = `${indent}  `;
    return `[\n${list.map((item) => inner + this.of(item, inner, name, undefined)).join(',\n')}\n${indent}]`;
  }

  private hash(hash: Hash, indent: string, previous: Hash): string {
    const entries = Object.entries(hash);
    const gone = Object.keys(previous).filter((name) => !(name in hash));
    if (entries.length + gone.length === 0) return '{}';
    const inner = `${indent}  `;
    const lines = entries.map(([name, value], at) => {
      const shown = this.of(value, inner, name, previous[name]);
      const line = `${inner}<span class="key">${escaped(JSON.stringify(name))}</span>: `;
      const comma = at < entries.length - 1 ? ',' : '';
      const changed = name in previous && !(isHash(value) && isHash(previous[name]));
      return changed ? `${line}<mark>${shown}</mark>${comma}${this.was(previous[name])}` : `${line}${shown}${comma}`;
    });
    for (const name of gone)
      lines.push(
        `${inner}<span class="was"><del>${escaped(JSON.stringify(name))}</del>${this.was(previous[name])}</span>`,
      );
    return `{\n${lines.join('\n')}\n${indent}}`;
  }

  private was(value: unknown): string {
    const text = JSON.stringify(value);
    const short = text.length > 160 ? `${text.slice(0, 160)}…` : text;
    return `<span class="was"> was <del>${escaped(short)}</del></span>`;
  }

  private leaf(value: unknown, name: string | undefined): string {
    const text = escaped(JSON.stringify(value) ?? 'null');
    if (typeof value === 'number') {
      const told = isMoment(name, value) ? ` data-told="${moment(value)}"` : '';
      return `<span class="number"${told}>${text}</span>`;
    }
    if (typeof value !== 'string') return `<span class="word">${text}</span>`;
    const path = this.links.pathOf(value, name);
    if (path) return `<a href="${escaped(path)}">${text}</a>`;
    if (/^https?:\/\//.test(value) && URL.canParse(value)) {
      return `<a href="${escaped(value)}" rel="noreferrer">${text}</a>`;
    }
    return `<span class="text">${text}</span>`;
  }
}
