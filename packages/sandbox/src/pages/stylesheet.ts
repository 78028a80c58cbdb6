/** The one stylesheet of every page, served by the sandbox itself: nothing is loaded from elsewhere. */
export const stylesheet = `
:root {
  --ink: #17202e; --ink-soft: #566179; --line: #d9dfe8; --line-soft: #e9edf3; --ground: #f5f7fa; --surface: #fff;
  --accent: #0b6b58; --accent-strong: #08503f; --accent-ground: #e7f4f0;
  --danger: #b3261e; --danger-ground: #fdf0ef; --notice: #7a4d00; --notice-ground: #fff4dc;
  --radius: 10px; --ring: 0 0 0 3px rgb(11 107 88 / 28%);
  color-scheme: light;
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; background: var(--surface); color: var(--ink);
  font: 400 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-font-smoothing: antialiased;
}
h1, h2, h3, p, dl, dd, ul, fieldset { margin: 0; padding: 0; }
ul { list-style: none; }
fieldset { border: 0; min-width: 0; }
h1 { font-size: 22px; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 16px; line-height: 1.4; font-weight: 650; }
a { color: var(--accent); text-underline-offset: 3px; }
a:hover { color: var(--accent-strong); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.soft { color: var(--ink-soft); }
.small { font-size: 13px; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 16px; top: -60px; background: var(--surface); padding: 8px 12px; border-radius: 8px; z-index: 2; }
.skip:focus { top: 12px; }

/* Header */
.merchant { display: flex; align-items: center; gap: 10px; min-height: 32px; }
.merchant .back { display: inline-flex; width: 32px; height: 32px; margin-left: -8px; align-items: center; justify-content: center; border-radius: 8px; color: var(--ink-soft); text-decoration: none; }
.merchant .back:hover { background: rgb(23 32 46 / 6%); color: var(--ink); }
.mark { display: inline-grid; place-items: center; width: 28px; height: 28px; border-radius: 8px; background: var(--ink); color: #fff; font-size: 13px; font-weight: 650; flex: none; }
.merchant .name { font-weight: 600; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 1px 8px; border-radius: 999px; font-size: 12px; line-height: 20px; font-weight: 600; white-space: nowrap; background: var(--line-soft); color: var(--ink-soft); }
.badge.test { background: var(--notice-ground); color: var(--notice); }
.badge.good { background: var(--accent-ground); color: var(--accent-strong); }
.badge.bad { background: var(--danger-ground); color: var(--danger); }

/* Two halves: what is bought, how it is paid */
.halves { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); min-height: 100vh; }
.halves > section, .halves > main { display: flex; padding: 48px 56px; }
.halves > .summary { background: var(--ground); justify-content: flex-end; border-right: 1px solid var(--line-soft); }
.halves .inner { width: 100%; max-width: 400px; display: flex; flex-direction: column; }
.summary .price { margin-top: 32px; }
.summary .price h1 { font-size: 16px; font-weight: 600; color: var(--ink-soft); letter-spacing: 0; }
.amount { display: flex; align-items: center; gap: 8px; font-size: 36px; line-height: 1.25; font-weight: 650; letter-spacing: -.02em; }
.amount .per { font-size: 14px; line-height: 1.25; font-weight: 500; letter-spacing: 0; color: var(--ink-soft); max-width: 90px; }
.lines { margin-top: 28px; }
.lines li { display: grid; grid-template-columns: 1fr auto; gap: 0 16px; padding: 10px 0; }
.lines .what { font-weight: 600; overflow-wrap: anywhere; }
.lines .sum { font-weight: 600; text-align: right; }
.totals { border-top: 1px solid var(--line); margin-top: 12px; padding-top: 8px; }
.totals > div { display: flex; justify-content: space-between; gap: 16px; padding: 6px 0; }
.totals .due { border-top: 1px solid var(--line); margin-top: 8px; padding-top: 14px; font-weight: 650; }
.totals .less { color: var(--accent-strong); }
.foot { margin-top: auto; padding-top: 40px; font-size: 12px; color: var(--ink-soft); display: flex; flex-wrap: wrap; gap: 4px 14px; }
.foot a { color: inherit; }

/* A promotion code beside the totals */
.promotion { display: grid; grid-template-columns: 1fr auto; gap: 6px 10px; align-items: end; margin-top: 14px; }
.promotion > p:first-child { align-self: center; }
.step fieldset > h2 { display: none; }
.promotion .problem { grid-column: 1 / -1; }

/* Forms */
form.stack, .stack { display: flex; flex-direction: column; gap: 18px; }
.group { display: flex; flex-direction: column; gap: 12px; }
.field { display: flex; flex-direction: column; gap: 5px; min-width: 0; }
.field label, .label { font-size: 13px; font-weight: 600; color: #38435a; }
input, select, textarea { width: 100%; font: inherit; color: var(--ink); background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 9px 12px; min-height: 42px; box-shadow: 0 1px 2px rgb(23 32 46 / 5%); }
input::placeholder { color: #8b94a7; }
input:hover, select:hover { border-color: #b9c2d0; }
input:focus, select:focus, textarea:focus { outline: none; border-color: var(--accent); box-shadow: var(--ring); }
input[readonly] { background: var(--ground); color: var(--ink-soft); box-shadow: none; }
input[aria-invalid="true"] { border-color: var(--danger); }
input[aria-invalid="true"]:focus { box-shadow: 0 0 0 3px rgb(179 38 30 / 20%); }
select { appearance: none; padding-right: 34px; background-image: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='12' height='8' fill='none' stroke='%23566179' stroke-width='1.6'%3E%3Cpath d='m1 1.5 5 5 5-5'/%3E%3C/svg%3E"); background-repeat: no-repeat; background-position: right 12px center; }
.problem { font-size: 13px; color: var(--danger); }
.problem:empty { display: none; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; align-items: start; }
.with-brand { position: relative; }
.with-brand input { padding-right: 96px; }
.with-brand .brand { position: absolute; right: 12px; top: 50%; transform: translateY(-50%); font-size: 12px; font-weight: 600; color: var(--ink-soft); }
.checks { display: flex; flex-direction: column; gap: 8px; }
.choice { display: flex; gap: 12px; align-items: flex-start; padding: 12px 14px; border: 1px solid var(--line); border-radius: var(--radius); cursor: pointer; }
.choice:has(input:checked) { border-color: var(--accent); background: var(--accent-ground); }
.choice:has(input:focus-visible) { box-shadow: var(--ring); }
.choice input { width: 16px; height: 16px; min-height: 0; margin: 3px 0 0; flex: none; accent-color: var(--accent); box-shadow: none; }
.choice .grow { flex: 1; min-width: 0; }
.button { display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 40px; padding: 8px 16px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); color: var(--ink); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; box-shadow: 0 1px 2px rgb(23 32 46 / 5%); transition: background-color .12s, border-color .12s; }
.button:hover { background: var(--ground); color: var(--ink); border-color: #b9c2d0; }
.button:focus-visible { outline: none; box-shadow: var(--ring); border-color: var(--accent); border-radius: 8px; }
.button.primary { background: var(--accent); border-color: var(--accent); color: #fff; }
.button.primary:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
.button.danger { background: var(--danger); border-color: var(--danger); color: #fff; }
.button.danger:hover { background: #8f1d17; border-color: #8f1d17; }
.button.wide { width: 100%; min-height: 46px; font-size: 16px; }
.button[aria-disabled="true"] { opacity: .72; cursor: progress; }
.button.plain { border: 0; background: none; box-shadow: none; padding: 4px 6px; min-height: 32px; color: var(--accent); }
.button.plain:hover { color: var(--accent-strong); background: var(--accent-ground); }
.button.plain.away { color: var(--danger); }
.button.plain.away:hover { background: var(--danger-ground); }
.spinner { width: 16px; height: 16px; border: 2px solid currentColor; border-right-color: transparent; border-radius: 50%; animation: turn .7s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
.banner { display: flex; gap: 10px; padding: 11px 14px; border-radius: 8px; background: var(--ground); border: 1px solid var(--line-soft); }
.banner.bad { background: var(--danger-ground); border-color: #f3d0cd; color: #8f1d17; }
.banner.good { background: var(--accent-ground); border-color: #c5e4da; color: var(--accent-strong); }
.banner.notice { background: var(--notice-ground); border-color: #f2dfb4; color: var(--notice); }
.banner[hidden] { display: none; }
details.test-cards { border: 1px dashed #d8c48f; border-radius: var(--radius); background: #fffdf6; }
details.test-cards summary { padding: 10px 14px; font-size: 13px; font-weight: 600; color: var(--notice); cursor: pointer; border-radius: var(--radius); }
details.test-cards ul { padding: 0 14px 8px; }
details.test-cards li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 10px; align-items: center; padding: 5px 0; font-size: 13px; border-top: 1px solid #f1e8cf; }
details.test-cards .number { font-weight: 600; white-space: nowrap; }
details.test-cards .button { min-height: 28px; padding: 2px 10px; font-size: 12px; }

/* One column: messages, 3D Secure, invoices, portal */
.centre { min-height: 100vh; display: grid; grid-template-columns: minmax(0, 1fr); place-items: center; padding: 32px 16px; background: var(--ground); }
.card { width: 100%; max-width: 460px; background: var(--surface); border: 1px solid var(--line-soft); border-radius: 14px; padding: 28px; box-shadow: 0 12px 40px rgb(23 32 46 / 8%); }
.card.broad { max-width: 640px; }
.card .merchant .badge { margin-left: auto; }
.facts > div { display: flex; justify-content: space-between; gap: 16px; padding: 8px 0; border-bottom: 1px solid var(--line-soft); }
.facts dt { color: var(--ink-soft); white-space: nowrap; }
.facts dd { text-align: right; white-space: pre-line; font-weight: 550; overflow-wrap: anywhere; min-width: 0; }
.actions { display: flex; flex-wrap: wrap; gap: 10px; }
.actions form { display: inline-flex; }
.actions.even > *, .actions.even form .button { flex: 1; }

.portal { display: grid; grid-template-columns: 348px minmax(0, 1fr); min-height: 100vh; }
.portal > .side { background: var(--ground); border-right: 1px solid var(--line-soft); padding: 40px 36px; display: flex; flex-direction: column; gap: 18px; }
.portal > main { padding: 40px 48px 64px; max-width: 820px; display: flex; flex-direction: column; gap: 40px; }
.portal section > h2 { padding-bottom: 10px; border-bottom: 1px solid var(--line); margin-bottom: 6px; font-size: 14px; color: var(--ink-soft); font-weight: 600; }
.row { display: flex; gap: 12px 20px; align-items: flex-start; justify-content: space-between; padding: 14px 0; border-bottom: 1px solid var(--line-soft); flex-wrap: wrap; }
.row:last-child { border-bottom: 0; }
.row .grow { flex: 1 1 220px; min-width: 0; }
.row .title { font-weight: 600; font-size: 16px; display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; }
.row .figure { font-size: 20px; font-weight: 650; letter-spacing: -.01em; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 12px; font-weight: 600; color: var(--ink-soft); padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
td { padding: 11px 12px 11px 0; border-bottom: 1px solid var(--line-soft); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.right { text-align: right; }

.card > * + * { margin-top: 18px; }
.card > .facts { border-top: 1px solid var(--line-soft); }
.card > .totals { border-top: 0; margin-top: 0; padding-top: 0; }
.card > .totals > div:first-child { border-top: 0; }
section > p > .button.plain { margin-left: -6px; }
.portal .step > h2 { font-size: 20px; color: var(--ink); }
.message-action { padding-top: 4px; }
.card > .head { padding: 0; border: 0; }
.figure-title { font-size: 32px; letter-spacing: -.02em; }
.card .pay { border-top: 1px solid var(--line); padding-top: 24px; }
.lead { font-size: 20px; line-height: 1.35; font-weight: 600; text-wrap: balance; }
.contact { display: grid; gap: 10px; }
.step .stack { max-width: 460px; padding-top: 12px; }

/* What the buyer changes about the order */
.lines li > form { grid-column: 1 / -1; }
.quantity { display: flex; gap: 8px; align-items: center; padding-top: 8px; }
.quantity input[type="number"] { width: 92px; min-height: 36px; padding: 5px 10px; }
.optional { border-top: 1px solid var(--line-soft); margin-top: 10px; padding-top: 14px; }
.optional li { display: flex; justify-content: space-between; align-items: center; gap: 16px; padding: 10px 0; }
.check { display: flex; gap: 10px; align-items: flex-start; font-weight: 400; cursor: pointer; }
.field .check { font-size: 14px; font-weight: 400; color: var(--ink); }
.check input { width: 16px; height: 16px; min-height: 0; margin: 3px 0 0; flex: none; accent-color: var(--accent); box-shadow: none; }
form:has(input[name="payment_method"]:checked:not([value="new"])) .new-card { display: none; }
form:has(input[name="payment_method"]:checked:not([value="new"])) .field:has(#save) { display: none; }
.offer { align-items: center; justify-content: space-between; }
.offer .button { flex: none; }
.links { display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 13px; }
.after-submit { padding-top: 14px; }
.halves.embedded { min-height: 0; }
.halves.embedded .foot { display: none; }
.centre.embedded { min-height: 0; }

@media (max-width: 860px) {
  .halves, .portal { grid-template-columns: minmax(0, 1fr); min-height: 0; }
  .halves > section, .halves > main { padding: 24px 20px; justify-content: center; }
  .halves > .summary { justify-content: center; border-right: 0; border-bottom: 1px solid var(--line-soft); }
  .halves .inner { max-width: 480px; }
  .summary .price { margin-top: 20px; }
  .summary .lines { margin-top: 14px; }
  .summary .foot, .side .foot { display: none; }
  .portal > .side { border-right: 0; border-bottom: 1px solid var(--line-soft); padding: 20px; }
  .portal > main { padding: 24px 20px 48px; gap: 32px; }
}
@media (max-width: 380px) { .amount { font-size: 30px; } .card { padding: 22px 18px; } }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation-duration: 1.6s !important; transition: none !important; } }
@media print { .no-print { display: none !important; } .centre { background: none; padding: 0; } .card { border: 0; box-shadow: none; } }
`;
