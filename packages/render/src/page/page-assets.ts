/** The look of the page. Change it and `page.test.ts` prints the hash that goes below. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f7f8, #0d1418);
  --raised: light-dark(#ffffff, #141d22);
  --sunken: light-dark(#eef2f4, #0a1013);
  --line: light-dark(#d8e0e4, #26333a);
  --ink: light-dark(#16232b, #e4edf1);
  --quiet: light-dark(#52646e, #94a7b1);
  --sea: light-dark(#0b6a7f, #5cc6dc);
  --read: light-dark(#1a6b48, #74d3a5);
  --write: light-dark(#8a5200, #f0b35c);
  --destroy: light-dark(#a5262b, #ff9a94);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
body > * { max-width: 60rem; margin-inline: auto; padding-inline: 1.25rem; }
a { color: var(--sea); text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid var(--sea); outline-offset: 2px; border-radius: 4px; }
header { padding-block: 3.5rem 1.5rem; }
header h1 { display: flex; align-items: center; gap: 0.75rem; margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; }
header svg { flex: none; color: var(--sea); }
header p { margin: 0.75rem 0 0; color: var(--quiet); max-width: 44rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 1rem 0 0; padding: 0; list-style: none; }
main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2rem; padding-bottom: 2rem; }
.server { background: var(--raised); border: 1px solid var(--line); border-radius: 14px; padding: 1.75rem; }
h2 { margin: 0; font-size: 1.35rem; letter-spacing: -0.01em; }
h2 small { margin-left: 0.4rem; font-size: 0.85rem; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
h3 { margin: 2rem 0 0.6rem; font-size: 1rem; }
.server > p, .note { margin: 0.35rem 0 0; color: var(--quiet); }
.address { display: flex; align-items: center; gap: 0.75rem; margin-top: 1rem; padding: 0.55rem 0.9rem; background: var(--sunken); border: 1px solid var(--line); border-radius: 8px; }
.address code { flex: 1; min-width: 0; overflow-wrap: anywhere; color: var(--sea); }
code, pre { font-family: var(--mono); font-size: 0.875rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 0.8rem; font-weight: 600; color: var(--quiet); }
th, td { padding: 0.5rem 1rem 0.5rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; text-align: right; font-variant-numeric: tabular-nums; }
tbody tr:last-child > * { border-bottom: 0; }
tbody th { font-weight: 500; color: var(--ink); white-space: nowrap; }
.words { width: 60%; }
.effect { font-size: 0.8rem; font-weight: 600; white-space: nowrap; color: var(--read); }
.effect::before { content: ""; display: inline-block; width: 0.5em; height: 0.5em; margin-right: 0.45em; border-radius: 50%; background: currentColor; }
.write { color: var(--write); }
.destroy { color: var(--destroy); }
details { border: 1px solid var(--line); border-bottom-width: 0; }
details:first-of-type { border-radius: 8px 8px 0 0; }
details:last-of-type { border-bottom-width: 1px; border-radius: 0 0 8px 8px; }
summary { padding: 0.6rem 0.9rem; cursor: pointer; font-weight: 500; }
details[open] > summary { color: var(--sea); }
details > div { padding: 0 0.9rem 0.9rem; }
details p { margin: 0.5rem 0 0.35rem; color: var(--quiet); font-size: 0.9rem; }
.snippet { display: flex; align-items: start; gap: 0.75rem; padding: 0.75rem 0.9rem; background: var(--sunken); border-radius: 8px; }
.snippet pre { flex: 1; min-width: 0; margin: 0; overflow-x: auto; line-height: 1.5; }
button, .open { flex: none; padding: 0.2rem 0.7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); color: var(--ink); font: 500 0.8rem/1.5 system-ui, sans-serif; text-decoration: none; cursor: pointer; }
button:hover, .open:hover { border-color: var(--sea); color: var(--sea); }
.open { display: inline-block; margin-top: 0.35rem; border-color: var(--sea); color: var(--sea); }
button[hidden] { display: none; }
footer { padding-block: 0 3rem; color: var(--quiet); font-size: 0.9rem; }
@media (max-width: 40rem) { header { padding-top: 2rem; } .server { padding: 1.25rem; } .words { min-width: 16rem; } }
`;

/** Copy buttons; without it, or without a clipboard, the page is whole and the buttons stay away. */
export const pageScript = `
for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
    document.getElementById("said").textContent = "Copied to the clipboard";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}
`;

/** Lets exactly the style and the script above run, and nothing be loaded. */
export const pagePolicy = [
  "default-src 'none'",
  "style-src 'sha256-55tMnimgO6AX5zIEyQNJCUkVl8Q5AOB5ZI6LPp0jjj4='",
  "script-src 'sha256-Zp+4/523VaZJeUK2l18sWt/tHoxXzuPo/yZzsxmNLvo='",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
