/** A check that a value read from outside is one of a list's keys. */
export const among = <K extends string>(keys: readonly K[]) => {
  const known: ReadonlySet<string> = new Set(keys);
  return (value: unknown): value is K => typeof value === 'string' && known.has(value);
};

/** A descriptive list: whatever it did not foresee can still be recorded. */
export const descriptive = <const K extends readonly string[]>(keys: K) => [...keys, 'OTHER', 'UNKNOWN'] as const;
