// Decides when a version counts as failing, for everything that shows its health.
import { traffic } from './limits/traffic.ts';

export interface CountedErrors {
  calls: number;
  errors: number;
}

export function isFailing({ calls, errors }: CountedErrors): boolean {
  return calls > 0 && errors / calls > traffic.errorShareMax;
}
