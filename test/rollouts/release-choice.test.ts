// Tests which release plan a deployment gets over HTTP: the request's, else the manifest's, else the namespace's.
import { describe, expect, test } from 'vitest';
import { releasePlanSchema } from '../../src/contract/releases.ts';
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { app, id, published, setDefault } from './planning.ts';

const planOf = (percent: number) => ({ steps: [{ percent }], hold: '30s' });

const whole = (percent: number) => releasePlanSchema.parse(planOf(percent));

const declaring = (release: string) =>
  plugin({
    realtime: true,
    files: {
      'manifest.py': manifest({
        name: 'hello_ext',
        version: '1.0.0',
        extra: `serve_config = {"release": ${release}}\n`,
      }),
    },
  });

const readDeployment = async (org: Organization, deploymentId: string) =>
  Object((await org.get(`/v1/namespaces/${org.namespaceId}/deployments/${deploymentId}`)).body);

/** Deploys the version, and returns the deployment's plan. */
async function deployed(org: Organization, request?: object): Promise<unknown> {
  const { deployment_id } = Object((await org.post(`${org.plugins}/${id}/deploy`, request)).body);
  return (await readDeployment(org, deployment_id)).release;
}

describe('a deployment', () => {
  test('a deployment has no plan if nothing says one', async () => {
    expect(await deployed(await published())).toBeNull();
  });

  test("a deployment has its namespace's plan", async () => {
    const org = await published();
    expect((await setDefault(org, planOf(5))).body).toMatchObject({ default_release: whole(5) });
    expect(await deployed(org)).toEqual(whole(5));
  });

  test("a deployment has its manifest's plan rather than its namespace's", async () => {
    const org = await published(declaring('{"steps": [{"percent": 7}], "hold": "30s"}'));
    await setDefault(org, planOf(5));
    expect(await deployed(org)).toEqual(whole(7));
  });

  test("a deployment has its request's plan rather than its manifest's", async () => {
    const org = await published(declaring('{"steps": [{"percent": 7}]}'));
    expect(await deployed(org, { release: planOf(9) })).toEqual(whole(9));
  });

  test('a deployment moves all calls at once if its request or its manifest says so, whatever the namespace says', async () => {
    const org = await published(declaring('"immediate"'));
    await setDefault(org, {});
    expect(await deployed(org)).toBe('immediate');
    const other = await published();
    await setDefault(other, {});
    expect(await deployed(other, { release: 'immediate' })).toBe('immediate');
  });

  test('a deployment in progress keeps its plan when it is requested again', async () => {
    const org = await published();
    expect(await deployed(org, { release: planOf(5) })).toEqual(whole(5));
    expect(await deployed(org, { release: planOf(9) })).toEqual(whole(5));
  });

  test('a deployment without realtime.py has no plan', async () => {
    const org = await published(plugin());
    expect(await deployed(org, { release: {} })).toBeNull();
  });

  test('a retried deployment has the plan of the failed one', async () => {
    const org = await published();
    const { deployment_id } = Object((await org.post(`${org.plugins}/${id}/deploy`, { release: planOf(9) })).body);
    const path = `/v1/namespaces/${org.namespaceId}/deployments/${deployment_id}`;
    await org.post(`${path}/cancel`);
    expect((await org.post(`${path}/retry`)).body).toMatchObject({ release: whole(9) });
  });

  test('a deployment of an enabled plugin has the plan of the request that enables it', async () => {
    const org = await organization({ fetch: app.fetch });
    await publish({ ...org, plugins: '/v1/plugins' }, plugin({ realtime: true }));
    const { body } = await org.post(`${org.plugins}/org/${id}/enable`, { release: planOf(9) });
    expect((await readDeployment(org, Object(body).deployment_id)).release).toEqual(whole(9));
  });
});

test('a new namespace takes its default plan, and null removes it', async () => {
  const org = await organization({ fetch: app.fetch });
  const fields = { feature_extractors: [{ feature_extractor_name: 'text', version: 'v1' }] };
  const made = await org.post('/v1/namespaces', { namespace_name: 'films', ...fields, default_release: {} });
  expect(made.body).toMatchObject({ default_release: releasePlanSchema.parse({}) });
  await org.patch('/v1/namespaces/films', { default_release: null });
  expect((await org.get('/v1/namespaces/films')).body).toMatchObject({ default_release: null });
});
