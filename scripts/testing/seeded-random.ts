/** A linear congruential generator, so that the same seed repeats the order of victims and pauses. */
export function seededRandom(start: number): () => number {
  let value = start;
  return () => {
    value = (value * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return value / 2 ** 32;
  };
}
