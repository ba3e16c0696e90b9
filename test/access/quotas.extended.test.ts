// Tests what counts toward quotas, and when it stops counting.
import { describe, expect, test } from 'vitest';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import type { Organization } from '../support/scenes/organization.ts';
import { acme, deployable, scaled, setQuotas, usageOf } from './quota-scene.ts';

describe('stored bytes', () => {
  const small = plugin({ name: 'small_ext' });

  test('stored bytes count each archive once, even if several versions share it', async () => {
    const org = await acme();
    await publish(org, small);
    await publish({ ...org, plugins: '/v1/plugins' }, small);
    expect(await usageOf(org, 'stored_bytes')).toMatchObject({ used: small.zip.length });
  });

  test('stored bytes stop counting when the version is deleted', async () => {
    const org = await acme();
    const { plugin_id } = await publish(org, small);
    await setQuotas(org, { stored_bytes: small.zip.length });
    await org.del(`${org.plugins}/${plugin_id}`);
    await publish(org, small);
  });
});

describe('live deployments', () => {
  async function atLimit(): Promise<{ org: Organization; path: string }> {
    const org = await acme();
    const path = await deployable(org, 'live_ext');
    await org.post(`${path}/deploy`);
    await setQuotas(org, { live_deployments: 1 });
    return { org, path };
  }

  test('live deployments do not include redeployments, or batch-only deployments', async () => {
    const { org, path } = await atLimit();
    expect((await org.post(`${path}/deploy`)).status).toBe(200);
    const other = await deployable(org, 'other_ext');
    expect((await org.post(`${other}/deploy?deployment_type=batch_only`)).status).toBe(200);
    expect((await org.post(`${other}/deploy`)).status).toBe(403);
  });

  test('live deployments count a name once, however many of its versions are live', async () => {
    const { org, path } = await atLimit();
    for (const version of ['1.1.0', '1.2.0', '1.3.0'])
      expect((await org.post(`${await deployable(org, 'live_ext', version)}/deploy`)).status).toBe(200);
    expect(await usageOf(org, 'live_deployments')).toEqual({ used: 1, max_allowed: 1 });
    const other = await deployable(org, 'other_ext');
    expect((await org.post(`${other}/deploy`)).status).toBe(403);
    await org.post(`${path}/undeploy`);
    expect((await org.post(`${other}/deploy`)).status).toBe(403);
    expect(await usageOf(org, 'live_deployments')).toMatchObject({ used: 1 });
    await org.post(`${org.plugins}/by-name/live_ext/undeploy`, { keep: 0 });
    expect((await org.post(`${other}/deploy`)).status).toBe(200);
  });

  test('live deployments stop counting when they are undeployed', async () => {
    const { org, path } = await atLimit();
    const other = await deployable(org, 'other_ext');
    await org.post(`${path}/undeploy`);
    expect((await org.post(`${other}/deploy`)).status).toBe(200);
  });
});

describe('instances', () => {
  test('instances count once per plugin, with the highest limit of its versions', async () => {
    const org = await acme();
    const path = await scaled(org, 'wide_ext', '{"min": 1, "max": 4}');
    await org.post(`${path}/deploy`);
    await org.post(`${path}/deploy`);
    await org.post(`${await scaled(org, 'wide_ext', '{"max": 6}', '1.1.0')}/deploy`);
    expect(await usageOf(org, 'instances')).toMatchObject({ used: 6 });
    expect(await usageOf(org, 'warm_instances')).toMatchObject({ used: 1 });
  });

  test('instances over the quota reject a deployment, and the error says how many it would add', async () => {
    const org = await acme();
    await setQuotas(org, { instances: 5 });
    await org.post(`${await scaled(org, 'wide_ext', '{"max": 4}')}/deploy`);
    const { status, body } = await org.post(`${await scaled(org, 'other_ext', '{"max": 2}')}/deploy`);
    const message = expect.stringContaining('has 4 of 5 instances that its plugins may have, and this needs 2 more.');
    expect({ status, body }).toMatchObject({ status: 403, body: { error: { message } } });
    expect((await org.post(`${await scaled(org, 'wide_ext', '{"max": 5}', '1.1.0')}/deploy`)).status).toBe(200);
    const plain = await deployable(org, 'plain_ext');
    expect((await org.post(`${plain}/deploy`)).status).toBe(200);
    const batch = await scaled(org, 'batch_ext', '{"max": 9}');
    expect((await org.post(`${batch}/deploy?deployment_type=batch_only`)).status).toBe(200);
  });
});
