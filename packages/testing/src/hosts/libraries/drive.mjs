/**
 * The frame of every driver: one job arrives from the parent, one report goes back. A job names the way
 * to use the library, the server to start and the calls to make; the report holds the tools that the
 * library offers to a model, and for each call what it would show the model, by the name of the view.
 */
export function drive(ways) {
  process.once("message", (job) => {
    report(ways[job.way], job)
      .catch((error) => ({
        problem: error instanceof Error ? (error.stack ?? error.message) : error,
      }))
      .then((message) => process.send(message, () => process.exit()));
  });
}

async function report(open, { server, calls }) {
  const session = await open(server, calls);
  const answers = [];
  for (const { tool, args } of calls) {
    answers.push({ tool, views: await session.call(tool, args) });
  }
  await session.close();
  return { offered: session.offered, answers };
}
