// Lists what scripts/webhook-burst.ts measured that must not happen.

export interface BurstResult {
  /** Events that clients triggered. An event may be written twice: a client repeats a request that got no response. */
  triggered: number;
  written: number;
  /** Different events that the receiver verified. */
  received: number;
  lost: number;
  unknown: number;
  unverified: number;
  redirectsFollowed: number;
  /** Status of the endpoint whose receiver answered 410. */
  goneEndpoint: string | undefined;
}

export function burstFaults(result: BurstResult): string[] {
  const { goneEndpoint, lost, received, redirectsFollowed, triggered, unknown, unverified, written } = result;
  return [
    written < triggered ? `only ${written} of ${triggered} events are in the audit log` : [],
    received === 0 ? 'no event was received' : [],
    lost > 0 ? `${lost} events were lost` : [],
    unknown > 0 ? `${unknown} events are not in the audit log` : [],
    unverified > 0 ? `${unverified} deliveries could not be verified` : [],
    redirectsFollowed > 0 ? `${redirectsFollowed} redirects were followed` : [],
    goneEndpoint === 'disabled' ? [] : `the endpoint that answered 410 is ${goneEndpoint}`,
  ].flat();
}
