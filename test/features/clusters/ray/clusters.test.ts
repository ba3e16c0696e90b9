// @module-tag ray
// Connects a real Ray to Slipway as users run it, to test the responses of the supported release's dashboard, and what operators see of
// them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { rayVersion } from '../../../../scripts/ray/install.ts';
import { type Ran, type RayScene, rayScene, startMs } from './scene.ts';

const appMs = 120_000;

let ray: RayScene;

beforeAll(async () => {
  ray = await rayScene(2);
}, startMs);

afterAll(() => ray.stop(), startMs);

function clusters(args: string[], token?: string): Promise<Ran> {
  return ray.slipway(['clusters', ...args], token === undefined ? {} : { token });
}

function add(name: string, token?: string, dashboard = ray.head.dashboardUrl): Promise<Ran> {
  const urls = ['--dashboard', dashboard, '--serve', 'http://127.0.0.1:8000'];
  return clusters(['add', name, ...urls, '--token-env', 'RAY_TOKEN', '--all'], token);
}

async function stateOf(name: string): Promise<unknown> {
  const { output } = await clusters(['check', name, '--json']);
  return z.object({ state: z.string(), ray_version: z.string() }).parse(JSON.parse(output));
}

/** Makes Ray Serve run these applications, and waits until it lists them. */
async function serve(names: string[]): Promise<void> {
  const working = { working_dir: 'https://127.0.0.1:1/none.zip' };
  const applications = names.map((name) => ({
    ...{ name, route_prefix: `/${name}`, import_path: 'absent:app', runtime_env: working },
  }));
  const response = await ray.head.request('/api/serve/applications/', {
    method: 'PUT',
    body: JSON.stringify({ applications }),
  });
  expect(response).toEqual({ status: 200, text: '' });
  const model = z.object({ applications: z.record(z.string(), z.unknown()) });
  const listed = async () => {
    const answer = await ray.head.request('/api/serve/applications/');
    return Object.keys(model.parse(JSON.parse(answer.text)).applications).sort();
  };
  await expect.poll(listed, { timeout: appMs }).toEqual(names);
}

test('a cluster with a real Ray is connected once, checked and removed', async () => {
  expect(await add('real')).toMatchObject({ code: 0, output: `✓ connected real (Ray ${rayVersion})\n` });
  expect(await stateOf('real')).toEqual({ state: 'ready', ray_version: rayVersion });
  expect((await add('again')).output).toContain(
    `The dashboard ${ray.head.dashboardUrl} is connected as the cluster real`,
  );
  expect(await clusters(['remove', 'real', '-y'])).toMatchObject({ code: 0, output: '✓ removed real\n' });
});

test('a wrong token is refused by a real Ray, and a closed port is unreachable', async () => {
  const { host } = new URL(ray.head.dashboardUrl);
  const wrong = await add('wrong', 'f'.repeat(64));
  expect(wrong.output).toContain(`${host} rejects the token (403). Check RAY_AUTH_TOKEN there.`);
  const gone = await add('gone', undefined, 'http://127.0.0.1:9');
  expect(gone.output).toContain('The dashboard at 127.0.0.1:9 does not respond.');
  expect([wrong.code, gone.code]).not.toContain(0);
});

test('an application on a real Ray prevents the connection, and a later one is reported', async () => {
  expect((await add('shared')).code).toBe(0);
  await serve(['slipway-mine']);
  expect(await stateOf('shared')).toMatchObject({ state: 'ready' });
  await serve(['slipway-mine', 'theirs']);
  expect(await stateOf('shared')).toMatchObject({ state: 'foreign-applications' });
  await clusters(['remove', 'shared', '-y']);
  await serve(['slipway-mine']);
  const { output } = await add('shared');
  expect(output).toContain('The cluster runs other Ray Serve applications: "slipway-mine".');
});
