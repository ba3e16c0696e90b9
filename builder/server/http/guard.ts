// Checks every request's token, then its contract version, and whose instances it concerns.
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { acceptedContracts, contractHeader } from '../../../src/contract/builder/instances.ts';
import { Refusal } from '../core/refusal.ts';

/** Returns why a request with these headers is rejected, or undefined. */
export type Guard = (headers: IncomingHttpHeaders) => Refusal | undefined;

export function guardBy(token: string): Guard {
  const expected = digest(`Bearer ${token}`);
  return (headers) => {
    // Hashing hides both tokens' lengths and common prefix from timing attacks.
    if (!timingSafeEqual(digest(headers.authorization ?? ''), expected)) {
      return new Refusal('unauthorized', 'Authentication failed. Send `authorization: Bearer <shared secret>`.');
    }
    const version = headers[contractHeader];
    if (typeof version === 'string' && acceptedContracts.includes(version)) return undefined;
    const sent = version === undefined ? 'no version' : JSON.stringify(version);
    return new Refusal(
      'contract-mismatch',
      `The builder accepts version ${acceptedContracts.join(' and ')} of its contract, but the Worker sent ${sent}. Use the same release of both.`,
    );
  };
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** A builder for one organization rejects requests for another one. */
export function refuseOthers(only: string | undefined, { organization }: { organization?: string | undefined }): void {
  if (only === undefined || organization === only) return;
  throw new Refusal(
    'other-organization',
    'This builder works for another organization (BUILDER_ORGANIZATION). Use your own builder, or a shared one.',
  );
}
