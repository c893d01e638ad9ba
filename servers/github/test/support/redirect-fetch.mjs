// Loaded before the reference server, whose host is fixed: what it fetches from GitHub comes from the
// emulator instead.
const { fetch } = globalThis;
const emulated = process.env.EMULATED_GITHUB;

globalThis.fetch = (input, init) =>
  fetch(String(input).replace(/^https:\/\/api\.github\.com/, emulated), init);
