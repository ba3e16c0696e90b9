// Tests approvals at the same time, of workers that die, and of keys that have just been revoked.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { keyActor } from '../../../../src/access/key-cache.ts';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { database } from '../../../../src/db/client.ts';
import { apiKeys } from '../../../../src/db/schema/access.ts';
import { decideVersion } from '../../../../src/features/approvals/decide-version.ts';
import { sweep } from '../../../../src/sweep.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { approve, digestOf, messageOf, stage } from '../../../support/scenes/staged.ts';
import { id, next, staged, typesOf, waits } from '../scenes/approvals.ts';

describe('a staged version', () => {
  test.each([true, false])('a staged version is refused by enabling it (deploy: %s)', async (deploy) => {
    const org = await organization();
    await stage({ ...org, plugins: '/v1/plugins' }, { version: '1.1.0' }, { stage: true });
    const answer = await org.post(`${org.plugins}/org/${next}/enable`, { deploy });
    expect([answer.status, messageOf(answer)]).toEqual([409, waits]);
  });

  test('a staged version does not replace a deleted active one', async () => {
    const org = await staged();
    await org.del(`${org.plugins}/${id}`);
    expect((await org.get(`${org.plugins}/by-name/hello_ext/versions`)).status).toBe(404);
    expect((await org.get(`${org.plugins}/${next}`)).status).toBe(200);
  });
});

describe('an approval', () => {
  test('an approval is refused to a person whose key has just been revoked, while it is still cached', async () => {
    const org = await organization();
    const ana = await personIn(org, 'Ana');
    await stage(org, {}, { stage: true });
    const sha256 = await digestOf(ana);
    await database(env.DB).update(apiKeys).set({ revokedAt: 1 }).where(eq(apiKeys.kind, 'personal'));
    expect((await ana.post(`${org.plugins}/${id}/approve`, { sha256 })).status).toBe(401);
    expect(await typesOf(org)).not.toContain('version.approved');
  });

  test('a deployment that approval requests is made by the sweep if the approving worker dies', async () => {
    const org = await organization();
    const ana = await personIn(org, 'Ana');
    await stage(org, { realtime: true }, { stage: true, deploy_when_approved: true });
    const { deps } = testApp();
    const sha256 = await digestOf(org);
    const [key] = await database(env.DB)
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.hash, await sha256Hex(ana.key)));
    if (!key) throw new Error('the person has no key');
    const subject = { ownerId: org.namespaceId, slug: id };
    await decideVersion(deps, keyActor({ ...key, callLimit: null }, key.hash), subject, {
      stage: 'approved',
      sha256,
      note: null,
    });
    expect(await typesOf(org)).not.toContain('deployment.queued');
    await sweep({ ...deps, clock: { now: () => Date.now() + 60_000 } });
    const queued = (await eventsOf(org)).find(({ type }) => type === 'deployment.queued');
    expect(queued).toMatchObject({ actor: { name: 'Ana' } });
  });

  test('only one of two approvals at a time succeeds', async () => {
    const org = await organization();
    await stage(org, {}, { stage: true, deploy_when_approved: true });
    const [ana, bo] = [await personIn(org, 'Ana'), await personIn(org, 'Bo')];
    const answers = await Promise.all([approve(ana), approve(bo)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const types = await typesOf(org);
    expect(types.filter((type) => type === 'version.approved')).toHaveLength(1);
    expect(types.filter((type) => type === 'deployment.queued')).toHaveLength(1);
  });
});
