// Preloaded into the server under test (--import, with --expose-gc): on SIGUSR2 it collects
// garbage and says on stderr, in one line of JSON, what the process still holds.

// Opened now, so that the first look at the handles does not find one fewer than the second.
const { stderr } = process;

process.on("SIGUSR2", () => {
  globalThis.gc();
  globalThis.gc();
  const resources = {};
  for (const kind of process.getActiveResourcesInfo()) {
    resources[kind] = (resources[kind] ?? 0) + 1;
  }
  // The public API names what is active but does not hand it out, and listeners hang on it.
  const emitters = [process, ...process._getActiveHandles()];
  const listeners = emitters.reduce((sum, emitter) => sum + listenersOf(emitter), 0);
  const { heapUsed } = process.memoryUsage();
  stderr.write(`${JSON.stringify({ probe: true, heapUsed, listeners, resources })}\n`);
});

function listenersOf(emitter) {
  if (typeof emitter.eventNames !== "function") return 0;
  return emitter.eventNames().reduce((sum, event) => sum + emitter.listenerCount(event), 0);
}
