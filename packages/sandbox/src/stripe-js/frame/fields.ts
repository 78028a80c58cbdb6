/** Something to put right, at the field of that name. */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** The inputs of the frame's form, and the problems shown at them. */
export class Fields {
  constructor(readonly form: HTMLFormElement) {}

  input(name: string): HTMLInputElement | HTMLSelectElement | undefined {
    const found = this.form.elements.namedItem(name);
    return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found : undefined;
  }

  /** What is in a field; undefined when the form has no such field or does not show it. */
  value(name: string): string | undefined {
    const input = this.input(name);
    return input && !input.closest('[hidden]') ? input.value.trim() : undefined;
  }

  set(name: string, value: unknown): void {
    const input = this.input(name);
    if (input && typeof value === 'string') input.value = value;
  }

  /** Empties every field but those with a choice that is never empty. */
  clear(): void {
    for (const input of this.form.querySelectorAll('input')) {
      if (input.type === 'checkbox') input.checked = false;
      else if (input.type !== 'radio') input.value = '';
    }
    this.show([]);
  }

  focus(): void {
    const inputs = [...this.form.querySelectorAll<HTMLElement>('input, select')];
    inputs.find((input) => !input.closest('[hidden]'))?.focus();
  }

  /** Shows exactly these problems. A form of one line has no place for them: there they are only announced. */
  show(problems: readonly FieldProblem[]): void {
    const said = this.form.querySelector('[data-said]');
    const unplaced: string[] = [];
    for (const place of this.form.querySelectorAll('.problem')) place.textContent = '';
    for (const input of this.form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
    for (const { field, message } of problems) {
      this.input(field)?.setAttribute('aria-invalid', 'true');
      const place = this.form.querySelector(`#${field}-problem`);
      if (place) place.textContent = message;
      else unplaced.push(message);
    }
    if (said) said.textContent = unplaced.join(' ');
  }
}
