// @module-tag index
// Tests that everything a deployment lacks is reported together, before anything is installed, on every path to an
// instance.
import { describe, expect, test } from 'vitest';
import { publish } from '../../support/plugins/publish.ts';
import { asking, declared, gpu, grants, lackingAll, model, scene, secret } from './lacking.ts';

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
});

describe('POST …/plugins/requirements', () => {
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

  test("POST …/plugins/requirements reveals nothing about another organization's namespace", async () => {
    const { here } = await scene();
    const { check } = await scene();
    expect((await check(declared, here)).status).toBe(404);
  });
});
