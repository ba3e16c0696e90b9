// Counts failed authentications by address, in one isolate's memory.
import { apiLimits } from '../../contract/limits/requests.ts';

export const periodMs = apiLimits.rateLimitPeriodSeconds * 1000;

/** The current minute's failures. Uses no database and no binding. */
export class FailedAttempts {
  private readonly addressesMax: number;
  private period = 0;
  private counts = new Map<string, number>();

  constructor(addressesMax: number) {
    this.addressesMax = addressesMax;
  }

  count(address: string, now: number): number {
    return this.current(now).get(this.countedAs(address)) ?? 0;
  }

  add(address: string, now: number): void {
    const counts = this.current(now);
    const counted = this.countedAs(address);
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  }

  private current(now: number): Map<string, number> {
    const period = Math.floor(now / periodMs);
    if (period !== this.period) this.counts = new Map();
    this.period = period;
    return this.counts;
  }

  /** Counts new addresses together once the maximum number of addresses is reached. */
  private countedAs(address: string): string {
    return this.counts.has(address) || this.counts.size < this.addressesMax ? address : 'others';
  }
}
