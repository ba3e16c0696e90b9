// Tests what is lacking in batch tests, without the package index, and after it was revoked.
// @module-tag index
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { publish } from '../../support/plugins/publish.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';
import { asking, declared, deploymentId, gpu, grants, lackingAll, model, scene, secret } from './lacking.ts';

describe('a deployment that lacks several things', () => {
  test('a batch test that lacks several things names them all', async () => {
    const { org, batch, called } = await scene();
    await publish(org, asking(lackingAll));
    const { error } = z.object({ error: z.string() }).parse(await batch());
    for (const reason of [grants, secret, model, gpu, 'six==99.0']) expect(error).toContain(reason);
    expect(called.includes('install')).toBe(false);
  });

  test('a deployment reports what it lacks even if the package index does not respond', async () => {
    const { org, here } = await scene();
    const { queues } = losingQueues();
    const watched = watchedBuilder(testApp().deps.builder, {
      async *lock() {
        const error = { code: 'index-unreachable' as const, message: 'The index did not answer.' };
        yield { type: 'failed', error, deterministic: false };
      },
    });
    const { deps } = testApp({ queues, builder: watched.builder });
    await publish(org, asking('models = ["weights"]\ndependencies = ["six==1.16.0"]\n'));
    const { body } = await org.post(`${here}/plugins/tagger_1_0_0/deploy`);
    await advanceDeployment(deps, deploymentId.parse(body).deployment_id);
    const { error } = z
      .object({ error: z.string() })
      .parse((await org.get(`${here}/plugins/tagger_1_0_0/status`)).body);
    expect(error.split('\n')).toEqual([
      'tagger 1.0.0 cannot be deployed until it has what it asks for:',
      `- ${model}`,
      '- Could not check whether its packages can be installed: The index did not answer.',
      'Then deploy it again.',
    ]);
  });
});

describe('a version whose grant and secret were revoked', () => {
  const needs = 'permissions = {"network": ["api.example.com"], "secrets": ["TOKEN"]}\n';
  const reasons = [
    'tagger 1.0.0 asks for more than it is granted: network api.example.com, secret TOKEN.',
    'The plugin asks for the secret TOKEN, which is not set in the namespace default.',
  ];

  test('a version whose grant and secret were revoked is not redeployed, and both reasons are given', {
    tags: ['namespaces'],
  }, async () => {
    const { org, deploy, deleteSecret, grant, setSecret } = await scene();
    await publish(org, asking(needs));
    await setSecret();
    await grant({ network: ['api.example.com'], secrets: ['TOKEN'] });
    expect(await deploy()).toMatchObject({ status: 'DEPLOYED' });
    await deleteSecret();
    await grant({});
    const { status, error } = await deploy();
    expect(status).toBe('FAILED');
    for (const reason of reasons) expect(error).toContain(reason);
  });
});

describe('POST …/plugins/requirements', () => {
  test('POST …/plugins/requirements omits what the plugin has', async () => {
    const { check, grant, org, setSecret } = await scene();
    await publish(org, asking(''));
    await setSecret();
    await grant({ network: ['api.example.com'], secrets: ['TOKEN'] });
    const { body } = await check({ ...declared, models: null, serve_config: null });
    expect(body).toEqual({ missing: [] });
  });

  test('POST …/plugins/requirements ignores the grant of a plugin with the same name in another namespace', async () => {
    const { check, grant, org, setSecret } = await scene();
    await publish(org, asking(''));
    await setSecret();
    await grant({ network: ['api.example.com'], secrets: ['TOKEN'] });
    const { body } = await check({ ...declared, models: [], serve_config: {}, shared: true });
    expect(body).toMatchObject({ missing: [{ kind: 'grants' }] });
  });

  test('POST …/plugins/requirements refuses an invalid permissions declaration', async () => {
    const { check } = await scene();
    expect((await check({ ...declared, permissions: { networks: [] } })).status).toBe(422);
  });
});
