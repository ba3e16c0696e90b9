// Decides when a version counts as failing, for everything that shows its health.

/** Share of failed calls above which a version is failing. */
export const errorShareMax = 0.05;

export interface CountedErrors {
  calls: number;
  errors: number;
}

export function isFailing({ calls, errors }: CountedErrors): boolean {
  return calls > 0 && errors / calls > errorShareMax;
}
