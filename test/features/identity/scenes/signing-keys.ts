// An organization that trusts an issuer, and how its tokens are answered.
import { clockAt, testApp } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';
import type { FakeIssuer } from './fake-issuer.ts';
import { addIssuer, exchange, trust } from './trusted-publishers.ts';

/** Creates an organization that trusts the issuer, on an isolate of its own. */
export async function trusting(issuer: FakeIssuer) {
  const clock = clockAt(Date.now());
  const { fetch } = testApp({ fetch: issuer.documents.fetch, clock });
  const org = await organization({ fetch });
  await trust(org, { issuer_id: await addIssuer(org, issuer) });
  const statusOf = async (options?: Parameters<FakeIssuer['sign']>[0]) =>
    (await exchange(org, await issuer.sign(options))).status;
  return { clock, org, statusOf };
}

export const counted = (statuses: number[]) => ({
  ok: statuses.filter((status) => status === 200).length,
  refused: statuses.filter((status) => status === 401).length,
  tooMany: statuses.filter((status) => status === 429).length,
});
