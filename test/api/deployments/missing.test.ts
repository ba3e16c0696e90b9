// @module-tag index
// Tests that everything a deployment lacks is reported together, before anything is installed, on every path to an
// instance.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { manifest, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { give } from '../../support/scenes/granted.ts';
import { organization } from '../../support/scenes/organization.ts';
import { removeSecret, storeSecret } from '../../support/scenes/secrets.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

const deploymentId = z.object({ deployment_id: z.templateLiteral(['dep_', z.string()]) });

const lackingAll = `permissions = {"network": ["api.example.com"], "secrets": ["TOKEN"], "memory_mb": 4096}
models = ["weights"]
compute_profile = {"resource_type": "gpu"}
dependencies = ["six==99.0"]
`;

const asking = (extra: string, version = '1.0.0') =>
  plugin({
    name: 'tagger',
    version,
    realtime: true,
    files: { 'manifest.py': manifest({ name: 'tagger', version, extra }) },
  });

async function scene() {
  const { queues } = losingQueues();
  const watched = watchedBuilder(testApp().deps.builder);
  const app = testApp({ queues, builder: watched.builder });
  const org = await organization({ fetch: app.fetch });
  const here = `/v1/namespaces/${org.namespaceId}`;
  const version = `${here}/plugins/tagger_1_0_0`;
  return {
    org,
    here,
    called: watched.called,
    deploy: async () => {
      const { body } = await org.post(`${version}/deploy`);
      await advanceDeployment(app.deps, deploymentId.parse(body).deployment_id);
      const status = await org.get(`${version}/status`);
      return z.object({ status: z.string(), error: z.string().nullish() }).parse(status.body);
    },
    batch: async () => {
      await org.post(`${version}/deploy?deployment_type=batch_only`);
      return (await org.post(`${version}/batch/test`, { rows: [{}] })).body;
    },
    call: async () => (await org.post(`${version}/realtime/test`, { inputs: {} })).body,
    check: (body: object, at = here) => org.post(`${at}/plugins/requirements`, body),
    grant: (permissions: Permissions) => give(org, { plugin: 'tagger', permissions }),
    setSecret: () => storeSecret({ namespaceId: org.namespaceId, name: 'TOKEN', value: 'value-of-token' }),
    deleteSecret: () => removeSecret({ namespaceId: org.namespaceId, name: 'TOKEN' }),
  };
}

const grants =
  'tagger 1.0.0 asks for more than it is granted: network api.example.com, secret TOKEN, memory 4096 MiB. Ask an administrator of the organization to run `slipway grants give tagger --network api.example.com --secret TOKEN --memory-mb 4096`.';
const secret =
  'The plugin asks for the secret TOKEN, which is not set in the namespace default. Run `slipway secrets set TOKEN --namespace default`.';
const model =
  'The plugin names the model weights, which the namespace default does not have. Run `slipway models put weights FILE --namespace default`.';
const gpu =
  'The plugin asks for a GPU, but no builder lends one to this organization, and no Ray cluster accepts this organization\'s plugins. An operator starts a builder with BUILDER_GPUS=all, described in docs/gpus.md, or connects a cluster: `slipway clusters add`, described in docs/ray.md. If it can run without a GPU, set `resource_type` in `compute_profile` of manifest.py to "cpu", leave out `num_gpus` and `gpu_memory_gb`, and publish a new version.';

describe('a deployment that lacks several things', () => {
  test('a deployment that lacks several things fails before any installation, with all of them and the commands to provide them', async () => {
    const { org, deploy, called } = await scene();
    await publish(org, asking(lackingAll));
    const { status, error } = await deploy();
    const lines = error?.split('\n') ?? [];
    expect(status).toBe('FAILED');
    expect(lines.slice(0, 5)).toEqual([
      'tagger 1.0.0 cannot be deployed until it has what it asks for:',
      `- ${grants}`,
      `- ${secret}`,
      `- ${model}`,
      `- ${gpu}`,
    ]);
    expect(lines.slice(5).join(' ')).toMatch(/^- No solution found .*six==99\.0/);
    expect(lines.at(-1)).toBe('Then deploy it again.');
    expect([called.includes('install'), called.includes('start')]).toEqual([false, false]);
  });

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
  const declared = {
    name: 'tagger',
    permissions: { network: ['api.example.com'], secrets: ['TOKEN'] },
    models: ['weights'],
    serve_config: { num_gpus: 1 },
  };

  test('POST …/plugins/requirements lists what the deployment lacks, with the commands to provide it', async () => {
    const { check } = await scene();
    const { status, body } = await check(declared);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        missing: [
          {
            kind: 'grants',
            names: ['network api.example.com', 'secret TOKEN'],
            message:
              'tagger asks for more than it is granted: network api.example.com, secret TOKEN. Ask an administrator of the organization to run `slipway grants give tagger --network api.example.com --secret TOKEN`.',
            commands: ['slipway grants give tagger --network api.example.com --secret TOKEN'],
          },
          {
            kind: 'secrets',
            names: ['TOKEN'],
            message: secret,
            commands: ['slipway secrets set TOKEN --namespace default'],
          },
          {
            kind: 'models',
            names: ['weights'],
            message: model,
            commands: ['slipway models put weights FILE --namespace default'],
          },
          { kind: 'cluster', names: [], message: gpu, commands: [] },
        ],
      },
    });
  });

  test('POST …/plugins/requirements names the pipeline steps that ask for a GPU', async () => {
    const { check } = await scene();
    const { body } = await check({ name: 'tagger', gpu_steps: [{ service: 'Embedder', at: 'pipeline.py:4' }] });
    expect(body).toEqual({
      missing: [
        {
          kind: 'cluster',
          names: [],
          message: expect.stringContaining(
            'asks for a GPU in pipeline.py (Embedder at pipeline.py:4), but no builder lends one',
          ),
          commands: [],
        },
      ],
    });
  });

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

  test("POST …/plugins/requirements reveals nothing about another organization's namespace", async () => {
    const { here } = await scene();
    const { check } = await scene();
    expect((await check(declared, here)).status).toBe(404);
  });

  test('POST …/plugins/requirements refuses an invalid permissions declaration', async () => {
    const { check } = await scene();
    expect((await check({ ...declared, permissions: { networks: [] } })).status).toBe(422);
  });
});
