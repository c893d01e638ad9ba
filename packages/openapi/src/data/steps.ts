/** A decimal as a whole number of its last places. */
interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

/**
 * Whether a number is a multiple of a step, both taken as the decimals they are written as: 19.99 is one of
 * 0.01, though their quotient as doubles is not a whole number.
 */
export function isMultiple(value: number, step: number): boolean {
  const [one, other] = [toDecimal(value), toDecimal(step)];
  const places = Math.max(one.places, other.places);
  const divisor = toUnits(other, places);
  return divisor === 0n || toUnits(one, places) % divisor === 0n;
}

function toDecimal(number: number): Decimal {
  const [mantissa = "0", exponent = "0"] = String(number).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { units: BigInt(whole + fraction), places: fraction.length - Number(exponent) };
}

function toUnits({ units, places }: Decimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - places);
}
