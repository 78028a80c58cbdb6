/** What the dashboard adds to the stylesheet of all pages; light and dark as the browser prefers. */
export const dashboardStylesheet = `
:root { color-scheme: light dark; --code-key: #6b3fa0; --code-text: #0b6b58; --code-number: #a2410c; --code-word: #1d4ed8; --mark: #fff0b8; }
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaf1; --ink-soft: #a5afc0; --line: #38424f; --line-soft: #28303b; --ground: #10141a; --surface: #171c24;
    --accent: #58c9ad; --accent-strong: #86dec9; --accent-ground: #12332b; --danger: #ff9a92; --danger-ground: #3b1b1a;
    --notice: #f0c674; --notice-ground: #362a12; --ring: 0 0 0 3px rgb(88 201 173 / 35%);
    --code-key: #c7a6f5; --code-text: #7fd6bf; --code-number: #f5a97f; --code-word: #8fb8ff; --mark: #4a3c0c;
  }
  .dashboard .field .label, .dashboard .label { color: var(--ink-soft); }
  .dashboard input::placeholder { color: #8a95a8; }
  .dashboard input:hover, .dashboard select:hover, .dashboard .button:hover { border-color: #56616f; }
  .dashboard .button.primary, .dashboard .button.danger { color: #0d1512; }
  .dashboard .button.primary:hover { color: #0d1512; }
  .dashboard .button.danger:hover { background: #ffb4ae; border-color: #ffb4ae; }
  .dashboard .banner.bad { color: #ffc9c5; border-color: #6b2f2c; }
  .dashboard .banner.good { border-color: #1f5b4c; }
  .dashboard .banner.notice { border-color: #5c4819; }
  .dashboard .mark { background: var(--accent); color: #0d1512; }
}
.dashboard { background: var(--ground); display: grid; grid-template: "top top" auto "sections main" 1fr / 208px minmax(0, 1fr); }
.dashboard .top { grid-area: top; display: flex; align-items: center; gap: 10px 24px; padding: 10px 24px; background: var(--surface); border-bottom: 1px solid var(--line-soft); position: sticky; top: 0; z-index: 1; }
.dashboard .brand { display: flex; align-items: center; gap: 10px; font-weight: 650; color: var(--ink); text-decoration: none; }
.dashboard .find { flex: 1; max-width: 420px; }
.dashboard .clock { margin-left: auto; white-space: nowrap; }
.dashboard .sections { grid-area: sections; display: flex; flex-direction: column; gap: 2px; padding: 20px 12px; }
.dashboard .sections a { padding: 8px 12px; border-radius: 8px; color: var(--ink-soft); text-decoration: none; font-weight: 550; }
.dashboard .sections a:hover { background: var(--line-soft); color: var(--ink); }
.dashboard .sections a[aria-current] { background: var(--accent-ground); color: var(--accent-strong); }
.dashboard main { grid-area: main; padding: 24px 28px 72px; max-width: 1180px; width: 100%; min-width: 0; display: flex; flex-direction: column; gap: 24px; outline: none; }
.dashboard section { background: var(--surface); border: 1px solid var(--line-soft); border-radius: 12px; padding: 18px 20px; display: flex; flex-direction: column; gap: 14px; min-width: 0; }
.dashboard section > h2 { font-size: 15px; }
.dashboard code, .dashboard .id, .dashboard .method { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 13px; }
.dashboard .id { overflow-wrap: anywhere; }
.dashboard .method { font-weight: 650; color: var(--ink-soft); }
.dashboard .heading { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 20px; }
.dashboard .heading h1 { overflow-wrap: anywhere; min-width: 0; }
.dashboard .heading h1 .id { font-size: 18px; }
.dashboard .heading h1 a { color: var(--ink-soft); text-decoration: none; font-weight: 500; }
.dashboard .heading h1 a:hover { text-decoration: underline; color: var(--ink); }
.dashboard .lead { font-size: 16px; font-weight: 500; }
.dashboard .empty { color: var(--ink-soft); padding: 6px 0; }
.dashboard .hint { font-size: 12px; color: var(--ink-soft); }
.dashboard .banner { align-items: center; justify-content: space-between; }
.dashboard input, .dashboard select { min-height: 38px; padding: 6px 10px; }
.dashboard .top input { min-height: 36px; background: var(--ground); }
.dashboard .button { min-height: 38px; padding: 6px 14px; white-space: nowrap; }
.dashboard .button.small { min-height: 30px; padding: 2px 10px; font-size: 13px; }
.dashboard .actions { align-items: center; gap: 8px; }
.dashboard .line { display: flex; flex-wrap: wrap; gap: 10px; align-items: flex-end; }
.dashboard .line .field { flex: 1 1 240px; max-width: 440px; }
.dashboard .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 14px; align-items: start; }
.dashboard .grid .button { margin-top: 24px; }
.dashboard .narrow { max-width: 620px; background: var(--surface); border: 1px solid var(--line-soft); border-radius: 12px; padding: 20px; }
.dashboard .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 10px; }
.dashboard .tile { display: block; padding: 12px 14px; border: 1px solid var(--line-soft); border-radius: 10px; text-decoration: none; color: var(--ink-soft); font-size: 13px; height: 100%; }
.dashboard .tile:hover { border-color: var(--accent); color: var(--ink); }
.dashboard .tile strong { display: block; font-size: 24px; line-height: 1.3; font-weight: 650; color: var(--ink); letter-spacing: -.01em; }
.dashboard .also { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 12px; font-size: 13px; }
.dashboard .groups { display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 16px; align-items: start; }
.dashboard .kinds a { display: flex; justify-content: space-between; gap: 12px; padding: 7px 8px; margin: 0 -8px; border-radius: 8px; text-decoration: none; color: var(--ink); }
.dashboard .kinds a:hover { background: var(--ground); }
.dashboard .count { font-weight: 600; }
.dashboard .count.none { color: var(--ink-soft); font-weight: 400; }
.dashboard .scroll { overflow-x: auto; position: relative; }
.dashboard table { font-size: 14px; }
.dashboard th { white-space: nowrap; padding-right: 20px; }
.dashboard td { padding: 9px 20px 9px 0; }
.dashboard tr:last-child td { border-bottom: 0; }
.dashboard td .id { display: inline-block; max-width: 30ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom; }
.dashboard td.wide { min-width: 200px; overflow-wrap: anywhere; }
.dashboard td.wide .id { display: inline; white-space: normal; overflow-wrap: anywhere; }
.dashboard td.request { min-width: 300px; }
.dashboard .nowrap { white-space: nowrap; }
.dashboard main > [data-live] > .scroll, .dashboard main > [data-live] > .empty { background: var(--surface); border: 1px solid var(--line-soft); border-radius: 12px; padding: 8px 20px; }
.dashboard .fresh { animation: fresh 2s ease-out; }
@keyframes fresh { from { background: var(--accent-ground); } to { background: transparent; } }
.dashboard .pager { display: flex; gap: 8px; }
.dashboard .filters { display: flex; gap: 6px; }
.dashboard .filters a { padding: 4px 12px; border-radius: 999px; border: 1px solid var(--line); color: var(--ink); text-decoration: none; font-size: 13px; font-weight: 550; background: var(--surface); }
.dashboard .filters a[aria-current] { background: var(--accent-ground); border-color: var(--accent); color: var(--accent-strong); }
.dashboard .facts { background: var(--surface); border: 1px solid var(--line-soft); border-radius: 12px; padding: 6px 20px; }
.dashboard .facts > div:last-child { border-bottom: 0; }
.dashboard .facts dd { text-align: left; flex: 1; }
.dashboard .facts dt { width: 160px; flex: none; }
.dashboard .json-box { position: relative; min-width: 0; }
.dashboard .copy { position: absolute; top: 8px; right: 8px; }
.dashboard .copy[hidden] { display: none; }
.dashboard pre { margin: 0; padding: 14px 16px; overflow-x: auto; background: var(--ground); border: 1px solid var(--line-soft); border-radius: 10px; font: 13px/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; tab-size: 4; }
.dashboard pre:focus-visible { outline: 2px solid var(--accent); border-radius: 10px; }
.dashboard .json { white-space: pre-wrap; overflow-wrap: anywhere; }
.dashboard .json .key { color: var(--code-key); }
.dashboard .json .text { color: var(--code-text); }
.dashboard .json .number { color: var(--code-number); }
.dashboard .json .word { color: var(--code-word); }
.dashboard .json [data-told]::after { content: "  " attr(data-told); color: var(--ink-soft); }
.dashboard .json mark { background: var(--mark); color: inherit; border-radius: 3px; padding: 1px 2px; box-shadow: 0 0 0 1px var(--notice); }
.dashboard .json .was { color: var(--ink-soft); }
.dashboard .delivery { border: 1px solid var(--line-soft); border-radius: 10px; padding: 12px 14px; display: flex; flex-direction: column; gap: 10px; }
.dashboard .delivery + .delivery { margin-top: 10px; }
.dashboard .delivery header { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; }
.dashboard .grow { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.dashboard .delivery .line input { width: auto; min-height: 30px; }
.dashboard .rows li { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; padding: 8px 0; border-bottom: 1px solid var(--line-soft); }
.dashboard .rows + form { margin-top: 12px; }
.dashboard .plain li { padding: 3px 0; }
.dashboard .now { font-size: 22px; font-weight: 650; letter-spacing: -.01em; }
.dashboard .now .small { display: block; font-weight: 400; letter-spacing: 0; }
.dashboard .choices { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 10px; }
.dashboard .choices label { position: relative; cursor: pointer; }
.dashboard .choices input { position: absolute; opacity: 0; inset: 0; width: 100%; min-height: 0; cursor: pointer; }
.dashboard .choices span { display: block; padding: 4px 12px; border-radius: 999px; border: 1px solid var(--line); font-size: 13px; font-weight: 550; }
.dashboard .choices input:checked + span { background: var(--accent-ground); border-color: var(--accent); color: var(--accent-strong); }
.dashboard .choices input:focus-visible + span { box-shadow: var(--ring); }
.dashboard .tab { display: none; }
${['Node', 'Python', 'Ruby', 'Go', 'PHP', 'curl'].map((language) => `.dashboard .tabs:has([value="${language}"]:checked) [data-language="${language}"]`).join(', ')} { display: block; }
.dashboard .secret { border: 1px solid var(--line); border-radius: 8px; padding: 6px 14px; }
.dashboard .secret summary { cursor: pointer; font-weight: 600; }
.dashboard .choice { align-items: center; }
.dashboard .choice input { margin: 0; }
@media (max-width: 860px) {
  .dashboard { grid-template: "top" auto "sections" auto "main" 1fr / minmax(0, 1fr); }
  .dashboard .top { flex-wrap: wrap; padding: 10px 16px; position: static; }
  .dashboard .find { order: 3; flex-basis: 100%; max-width: none; }
  .dashboard .clock { font-size: 13px; }
  .dashboard .clock .soft { display: none; }
  .dashboard .sections { flex-direction: row; flex-wrap: wrap; padding: 6px 8px; background: var(--surface); border-bottom: 1px solid var(--line-soft); }
  .dashboard .sections a { white-space: nowrap; padding: 5px 9px; font-size: 14px; }
  .dashboard td .id { max-width: 20ch; }
  .dashboard td.wide, .dashboard td.request { min-width: 150px; }
  .dashboard main { padding: 18px 16px 56px; gap: 18px; }
  .dashboard section { padding: 16px; }
  .dashboard .facts > div { flex-direction: column; gap: 0; }
  .dashboard .facts dt { width: auto; }
  .dashboard .grid .button { margin-top: 0; }
  .dashboard .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
`;
