/**
 * Whether less than so many milliseconds have passed since a moment (milliseconds since 1970). Of a moment
 * that is still to come the clock has been set back, and nobody knows: then this gives false, so that no
 * outage and no decision lasts longer than it should.
 */
export function isWithin(ms: number, since: number): boolean {
  const passed = Date.now() - since;
  return passed >= 0 && passed < ms;
}
