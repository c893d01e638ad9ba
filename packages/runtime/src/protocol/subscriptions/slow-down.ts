/** Milliseconds between two notices of one thing: what changes all the time is read again by then. */
const restMs = 250;

/**
 * Tells the first of several changes at once, and of those that follow within a moment only the last,
 * until it is over. `rested` is called when a moment has passed without one.
 */
export function slowDown(
  tell: () => void,
  isOver: () => boolean,
  rested: () => void = () => {},
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const rest = () => {
    timer = undefined;
    if (again) change();
    else rested();
  };
  const change = () => {
    if (isOver()) return;
    again = timer !== undefined;
    if (again) return;
    tell();
    timer = setTimeout(rest, restMs).unref();
  };
  return change;
}
