// Decides when a version counts as failing, for everything that shows its health.
import { traffic } from './limits/traffic.ts';

export interface CountedErrors {
  calls: number;
  errors: number;
  /** They don't show whether the version works, so the rest decides. */
  invalid_inputs: number;
}

export function isFailing({ calls, errors, invalid_inputs }: CountedErrors): boolean {
  return errors > traffic.errorShareMax * (calls - invalid_inputs);
}
