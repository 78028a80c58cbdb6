/**
 * What frames of Elements add to the pages' stylesheet. Their colours, sizes and fonts are variables, so that a shop's
 * `appearance` can replace them.
 */
export const elementsStylesheet = `
:root { --el-text: var(--ink); --el-soft: var(--ink-soft); --el-primary: var(--accent); --el-danger: #b3261e; --el-ground: var(--surface); --el-line: var(--line); --el-radius: 8px; --el-unit: 4px; --el-size: 16px; --el-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
html { color-scheme: light; background: transparent; }
body.element { min-height: 0; padding: 4px; background: transparent; overflow: hidden; color: var(--el-text); font-family: var(--el-font); font-size: var(--el-size); }
.element .fields { display: flex; flex-direction: column; gap: calc(var(--el-unit) * 3.5); }
.element .field { gap: calc(var(--el-unit) * 1.25); }
.element .field label { color: var(--el-text); font-size: .875em; font-weight: 500; }
.element input, .element select { color: var(--el-text); background-color: var(--el-ground); border-color: var(--el-line); border-radius: var(--el-radius); padding: calc(var(--el-unit) * 2.5) calc(var(--el-unit) * 3); font-size: 1em; }
.element input::placeholder { color: var(--el-soft); opacity: .72; }
.element input:focus, .element select:focus { border-color: var(--el-primary); box-shadow: 0 0 0 3px color-mix(in srgb, var(--el-primary) 26%, transparent); }
.element input[aria-invalid="true"] { border-color: var(--el-danger); color: var(--el-danger); }
.element .problem { color: var(--el-danger); font-size: .875em; }
.element .soft { color: var(--el-soft); }
.element .small { font-size: .8125em; }
.element [hidden] { display: none !important; }
.element .with-brand .brand { color: var(--el-soft); }
.element .choices { display: flex; flex-direction: column; gap: calc(var(--el-unit) * 2); }
.element .choice { align-items: center; min-height: 3.25em; padding-block: 6px; border-color: var(--el-line); border-radius: var(--el-radius); background: var(--el-ground); }
.element .choice:has(input:checked) { border-color: var(--el-primary); background: color-mix(in srgb, var(--el-primary) 7%, var(--el-ground)); }
.element .choice:has(input:focus-visible) { box-shadow: 0 0 0 3px color-mix(in srgb, var(--el-primary) 26%, transparent); }
.element .choice input, .element .save input { width: 16px; height: 16px; min-height: 0; margin: 0; padding: 0; flex: none; accent-color: var(--el-primary); box-shadow: none; }
.element .choice label { flex: 1; display: flex; flex-wrap: wrap; gap: 0 calc(var(--el-unit) * 2.5); cursor: pointer; font-weight: 500; color: var(--el-text); }
.element .choice label .soft { font-weight: 400; }
.element .save { display: flex; gap: 10px; align-items: center; font-size: .9375em; }
.element .button.plain { font-size: .875em; min-width: 5.5em; }
.element .button.plain.away { color: var(--el-danger); }
.element .line { display: grid; grid-template-columns: minmax(10em, 1fr) 5.5em 3.5em auto; gap: 0 10px; align-items: center; }
.element .line:has(#postal_code:not([hidden])) { grid-template-columns: minmax(10em, 1fr) 5.5em 3.5em 4.5em; }
.element .bare input { border: 0; box-shadow: none; background: transparent; padding: 0; min-height: 1.5em; border-radius: 0; line-height: 1.5; }
.element .bare input:focus { box-shadow: none; }
.element .bare .with-brand input { padding-right: 6em; }
.element .bare .with-brand .brand { right: 4px; }
.element .pair.single { grid-template-columns: minmax(0, 1fr); }
.element .none { padding: calc(var(--el-unit) * 3); border: 1px dashed var(--el-line); border-radius: var(--el-radius); }
@media (max-width: 420px) { .element .line { grid-template-columns: 1fr 4.5em 3em; row-gap: 4px; } .element .line > :first-child { grid-column: 1 / -1; } }
`;
