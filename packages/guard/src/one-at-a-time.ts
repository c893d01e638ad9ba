/**
 * Work that is asked for while it is being done is done once more after that, however often it is
 * asked for: what looks at the state of something need not look for each of its changes.
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let again = false;
  let running: Promise<void> | undefined;
  const run = async () => {
    try {
      while (again) {
        again = false;
        await work();
      }
    } finally {
      running = undefined;
    }
  };
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
