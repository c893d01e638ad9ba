/**
 * What a function gives as a promise, and what it throws as a rejected one. As an `async` function that
 * returns it, which takes three turns of the queue more to follow a promise.
 */
export function promised(run: () => unknown): Promise<unknown> {
  try {
    const given = run();
    return given instanceof Promise ? given : Promise.resolve(given);
  } catch (error) {
    return Promise.reject(error);
  }
}
