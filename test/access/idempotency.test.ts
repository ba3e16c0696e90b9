// Tests two attempts with one Idempotency-Key. An attempt that lost its lease can neither store a response nor release the key.
import { expect, test } from 'vitest';
import {
  claimKey,
  type KeyedRequest,
  keyedRequest,
  releaseKey,
  type StoredResponse,
  storeResponse,
} from '../../src/access/idempotency.ts';
import { leases } from '../../src/contract/limits/leases.ts';
import { clockAt, testApp } from '../support/deps.ts';

const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
const { deps } = testApp({ clock });

/** Starts two attempts at the same request; the second claims the key after the first loses its lease. */
async function twoAttempts(key: string): Promise<[late: KeyedRequest, current: KeyedRequest, next: KeyedRequest]> {
  const attempt = (claim: string) =>
    keyedRequest({ caller: 'org/key', target: 'POST /v1/webhooks', key, bodyDigest: 'digest', claim });
  const attempts = [await attempt('first'), await attempt('second'), await attempt('third')] as const;
  expect(await claimKey(deps, attempts[0])).toEqual({ status: 'claimed' });
  clock.advance(leases.idempotencyKey.leaseMs - 1);
  expect(await claimKey(deps, attempts[1])).toEqual({ status: 'in-progress' });
  clock.advance(1);
  expect(await claimKey(deps, attempts[1])).toEqual({ status: 'claimed' });
  return [...attempts];
}

function response(body: string): StoredResponse {
  return { status: 200, headers: {}, body };
}

test('a late response does not become the response of the attempt in progress', async () => {
  const [late, current, next] = await twoAttempts('k1');
  await storeResponse(deps, late, response('late'));
  expect(await claimKey(deps, next)).toEqual({ status: 'in-progress' });
  await storeResponse(deps, current, response('current'));
  expect(await claimKey(deps, next)).toEqual({ status: 'answered', response: response('current') });
});

test('a late response does not replace the stored one', async () => {
  const [late, current, next] = await twoAttempts('k2');
  await storeResponse(deps, current, response('current'));
  await storeResponse(deps, late, response('late'));
  expect(await claimKey(deps, next)).toEqual({ status: 'answered', response: response('current') });
});

test('a late failure does not release the key', async () => {
  const [late, current, next] = await twoAttempts('k3');
  await releaseKey(deps, late);
  expect(await claimKey(deps, next)).toEqual({ status: 'in-progress' });
  await storeResponse(deps, current, response('current'));
  await releaseKey(deps, late);
  expect(await claimKey(deps, next)).toEqual({ status: 'answered', response: response('current') });
});
