/** Numbers of the ledger are scaled by this: they have four decimals. */
const ONE = 10_000n;

/** What is split is split into these: whole numbers where it is whole, else ten-thousandths. */
export const stepOf = (amount: bigint): bigint => (amount % ONE === 0n ? ONE : 1n);

/**
 * Splits an amount, which is not negative, in the proportion of weights, which are not either and not all 0, by largest
 * remainder (Hamilton): each gets its exact share rounded down to the step, and what is left goes, a step each, to those
 * of which most was cut off; among equals to the codes that come first. So the parts add up to the amount, none is a
 * step away from its exact share, and who weighs more gets no less. Codes are distinct; parts are in their order.
 */
export function split(amount: bigint, weighed: readonly { readonly code: string; readonly weight: bigint }[]): bigint[] {
  const step = stepOf(amount);
  const steps = amount / step;
  const whole = weighed.reduce((sum, { weight }) => sum + weight, 0n);
  const parts = weighed.map(({ weight }) => (steps * weight) / whole);
  const left = Number(steps - parts.reduce((sum, part) => sum + part, 0n));
  const remainders = weighed.map(({ code, weight }, index) => ({ index, code, cut: (steps * weight) % whole }));
  remainders.sort((a, b) => (a.cut === b.cut ? (a.code < b.code ? -1 : 1) : a.cut > b.cut ? -1 : 1));
  for (const { index } of remainders.slice(0, left)) parts[index]! += 1n;
  return parts.map((part) => part * step);
}
