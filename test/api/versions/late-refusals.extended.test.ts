// Tests that a version takes no calls if the reason comes about after a way to them has begun: between a request's look and its batch,
// during the deployment, or while it is live beside the version that has the name.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../src/db/client.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { digestOf } from '../../support/scenes/staged.ts';
import {
  deploy,
  firstId,
  goLive,
  liveNow,
  type Owner,
  oneLive,
  outcomeOf,
  publishOwn,
  type Reason,
  reasons,
  secondId,
  type Unfit,
} from '../../support/scenes/unfit-versions.ts';

interface Racing extends Unfit {
  /** Has something happen before the batch with this number, from now on. */
  beforeBatch(number: number, happens: () => Promise<void>): Promise<void>;
}

/** Returns a scene with 1.0.1 published, whose batches wait for what happens before them. */
async function racing(owner: Owner, answers = false): Promise<Racing> {
  let left = 0;
  let happens = async () => {};
  const batch = async <Row>(statements: D1PreparedStatement[]) => {
    left -= 1;
    if (left === 0) await happens();
    return env.DB.batch<Row>(statements);
  };
  const d1 = new Proxy(env.DB, {
    get(target, name) {
      if (name === 'batch') return batch;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const s = await oneLive(owner, { answers, db: database(d1) });
  await publishOwn(s);
  return {
    ...s,
    beforeBatch: async (number, event) => {
      await s.app.settled();
      left = number;
      happens = event;
    },
  };
}

/** Quarantines 1.0.1 as an operator's request does whose process dies before it cancels and reverts anything. */
async function quarantineOnly({ owner }: Unfit): Promise<void> {
  const quarantined = {
    by: { type: 'admin' as const, id: 'admin' },
    at: 1,
    reason: 'It is malicious',
    objection: 'Write.',
  };
  await database(env.DB)
    .update(pluginVersions)
    .set({ quarantined })
    .where(eq(pluginVersions.sha256, await digestOf(owner, secondId)));
}

const onlyFirst = { named: '1.0.0', second: false };

const requests: [request: string, path: string, body: object, owner: Owner, reason: Reason][] = [
  ['a deployment', `${secondId}/deploy`, {}, 'namespace', 'quarantined'],
  ['a deployment', `${secondId}/deploy`, {}, 'namespace', 'policy-rejected'],
  ['a batch-only deployment', `${secondId}/deploy`, { deployment_type: 'batch_only' }, 'namespace', 'quarantined'],
  ['a rollback', 'by-name/hello_ext/rollback', { version: '1.0.1' }, 'namespace', 'advisories-refused'],
  ['a rollback', 'by-name/hello_ext/rollback', { version: '1.0.1' }, 'namespace', 'quarantined'],
  ['enabling', `org/${secondId}/enable`, {}, 'organization', 'needs-approval'],
  ['enabling', `org/${secondId}/enable`, {}, 'organization', 'quarantined'],
  ['enabling without deploying', `org/${secondId}/enable`, { deploy: false }, 'organization', 'quarantined'],
];

describe('a request', () => {
  test.each(requests.flatMap((request) => [1, 2].map((batch) => [...request, batch] as const)))(
    '%s is refused if the reason comes about before its write: %s %o, %s, %s, batch %i',
    async (_, path, body, owner, reason, batch) => {
      const s = await racing(owner);
      await s.beforeBatch(batch, () => reasons[reason](s));
      expect(await outcomeOf(s, `${s.org.plugins}/${path}`, body)).toBe(reason);
      expect(await liveNow(s)).toEqual(onlyFirst);
    },
  );
});

describe('a deployment in progress', () => {
  const late: [string, (s: Unfit) => Promise<void>, string][] = [
    ['its version is quarantined', quarantineOnly, 'is quarantined by the operator'],
    ['the policy rejects its version', reasons['policy-rejected'], 'The current scan policy rejects this version'],
    ['an advisory affects its version', reasons['advisories-refused'], 'This namespace refuses new deployments'],
  ];

  test.each(late.flatMap((one) => [1, 2, 3, 4].map((batch) => [...one, batch] as const)))(
    'a deployment fails with the reason if %s before it goes live',
    async (_, happens, reason, batch) => {
      const s = await racing('namespace');
      const answer = await deploy(s);
      await s.beforeBatch(batch, () => happens(s));
      await goLive(s, answer);
      expect(await liveNow(s)).toEqual(onlyFirst);
      const { body } = await s.org.get(
        `/v1/namespaces/${s.org.namespaceId}/deployments/${Object(answer.body).deployment_id}`,
      );
      expect(body).toMatchObject({ status: 'failed', error: expect.stringContaining(reason) });
    },
  );
});

describe('a live version that was quarantined', () => {
  async function bothLive(): Promise<Racing> {
    const s = await racing('namespace', true);
    await goLive(s, await deploy(s));
    await s.org.post(`${s.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
    return s;
  }

  test('it does not get the name when the version with the name is undeployed', async () => {
    const s = await bothLive();
    await reasons.quarantined(s);
    await s.org.post(`${s.org.plugins}/${firstId}/undeploy`);
    expect(await liveNow(s)).toEqual({ named: null, second: true });
  });

  test('it gets no further calls by a release that began before', async () => {
    const s = await bothLive();
    const at = `/v1/namespaces/${s.org.namespaceId}/releases`;
    const plan = { steps: [{ percent: 10 }, { percent: 50 }], hold: '24h' };
    const { id } = Object((await s.org.post(at, { plugin: 'hello_ext', version: '1.0.1', plan })).body);
    await quarantineOnly(s);
    expect(await outcomeOf(s, `${at}/${id}/step`)).toBe('quarantined');
    expect((await s.org.get(`${at}/${id}`)).body).toMatchObject({ state: 'rolling', step: 0, percent: 10 });
  });
});
