import { html } from 'hono/html';
import type { Entries, Problem } from './cards/card-entry.js';
import type { Html } from './document.js';

export interface FieldOptions {
  autocomplete?: string;
  type?: string;
  inputmode?: string;
  placeholder?: string;
  value?: string;
  readonly?: boolean;
  /** True by default. */
  required?: boolean;
  /** Shows the card's brand at its end. */
  brand?: boolean;
}

/** A labelled input with the place where its problem is told. */
export function field(
  name: string,
  label: string,
  entries: Entries,
  problems: Problem[],
  options: FieldOptions = {},
): Html {
  const {
    type = 'text',
    inputmode = 'text',
    placeholder = '',
    autocomplete = 'off',
    readonly,
    required = true,
  } = options;
  const problem = problems.find((candidate) => candidate.field === name)?.message;
  const value = readonly ? options.value : (entries[name] ?? options.value ?? '');
  const input = html`<input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" inputmode="${inputmode}" placeholder="${placeholder}" aria-describedby="${name}-problem" spellcheck="false"${readonly ? html` readonly` : required ? html` required` : ''}${problem ? html` aria-invalid="true"` : ''}>`;
  return html`<div class="field"><label for="${name}">${label}</label>
${options.brand ? html`<div class="with-brand">${input}<span class="brand" aria-hidden="true"></span></div>` : input}
<p class="problem" id="${name}-problem" role="status">${problem ?? ''}</p></div>`;
}

export function choiceField(
  name: string,
  label: string,
  entries: Entries,
  problems: Problem[],
  {
    options,
    value,
    required = true,
  }: { options: { value: string; label: string }[]; value?: string; required?: boolean },
): Html {
  const problem = problems.find((candidate) => candidate.field === name)?.message;
  const chosen = entries[name] ?? value ?? '';
  return html`<div class="field"><label for="${name}">${label}</label>
<select id="${name}" name="${name}" aria-describedby="${name}-problem"${required ? html` required` : ''}${problem ? html` aria-invalid="true"` : ''}><option value="">Choose…</option>
${options.map((option) => html`<option value="${option.value}"${option.value === chosen ? html` selected` : ''}>${option.label}</option>`)}</select>
<p class="problem" id="${name}-problem" role="status">${problem ?? ''}</p></div>`;
}

export function checkField(name: string, label: Html | string, entries: Entries, problems: Problem[] = []): Html {
  const problem = problems.find((candidate) => candidate.field === name)?.message;
  return html`<div class="field"><label class="check"><input type="checkbox" id="${name}" name="${name}" value="yes" aria-describedby="${name}-problem"${entries[name] === 'yes' ? html` checked` : ''}${problem ? html` aria-invalid="true"` : ''}><span>${label}</span></label>
<p class="problem" id="${name}-problem" role="status">${problem ?? ''}</p></div>`;
}
