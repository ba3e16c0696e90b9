// Keeps what an isolate knows about issuers, and how many tokens it refused, for as long as the isolate's other caches.
import type { AppEnv } from '../../api/context/context.ts';
import { FailedAttempts } from '../../api/context/failed-attempts.ts';
import { apiLimits } from '../../contract/limits/requests.ts';
import type { SigningKeys } from './issuers/signing-keys.ts';
import type { Configurations } from './people/open-id.ts';

interface IdentityCaches {
  /** Refused ID tokens, by organization. */
  refusals: FailedAttempts;
  signingKeys: SigningKeys;
  configurations: Configurations;
}

const ofIsolates = new WeakMap<AppEnv['Variables']['caches'], IdentityCaches>();

export function identityCaches(isolate: AppEnv['Variables']['caches']): IdentityCaches {
  const known = ofIsolates.get(isolate);
  if (known) return known;
  const empty = {
    refusals: new FailedAttempts(apiLimits.failedAddresses),
    signingKeys: new Map(),
    configurations: new Map(),
  };
  ofIsolates.set(isolate, empty);
  return empty;
}
