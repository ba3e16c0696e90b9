// @module-tag index
// Tests what the API shows about a version's dependencies: declared, locked and installed ones, and differences
// between two versions.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const app = testApp({ queues: losingQueues().queues });
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);

const realtime =
  'import idna\n\nclass DemoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {"idna": idna.__version__}\n';

async function published(org: Organization, version: string, requirement: string): Promise<string> {
  const files = { 'realtime.py': realtime, 'requirements.txt': `${requirement}\n` };
  return (await publish(org, plugin({ name: 'names_ext', version, files }))).plugin_id;
}

async function deploy(org: Organization, pluginId: string): Promise<void> {
  const { body } = await org.post(`${org.plugins}/${pluginId}/deploy`);
  const { deployment_id } = z.object({ deployment_id: idSchema('deployment') }).parse(body);
  await advanceDeployment(app.deps, deployment_id);
}

test("a version's dependencies are declared, then locked and installed", async () => {
  const org = await organization(app);
  const id = await published(org, '1.0.0', 'idna==3.10');
  const at = `${org.plugins}/${id}/environment`;
  const declared = { success: true, plugin_id: id, name: 'names_ext', version: '1.0.0', dependencies: ['idna==3.10'] };
  expect((await org.get(at)).body).toEqual({ ...declared, lock: null, environments: [] });
  await deploy(org, id);
  expect((await org.get(at)).body).toEqual({
    ...declared,
    lock: {
      digest: sha256,
      resolver: expect.stringMatching(/^uv \d/),
      locked_at: time,
      packages: [{ name: 'idna', version: '3.10', marker: null, index: expect.stringMatching(/^https?:\/\/[^@]+$/) }],
    },
    environments: [
      {
        key: sha256,
        python: expect.stringMatching(/^3\.\d+/),
        platform: expect.stringMatching(/manylinux|musllinux/),
        archive_bytes: expect.any(Number),
        size_bytes: expect.any(Number),
        files: expect.any(Number),
        packages: [
          {
            name: 'idna',
            version: '3.10',
            archive_bytes: expect.any(Number),
            size_bytes: expect.any(Number),
            files: expect.any(Number),
            environments: 1,
          },
        ],
        removed: [],
        created_at: time,
      },
    ],
  });
});

test('two versions differ in declarations before they are locked, and in packages afterwards', {
  tags: 'long',
}, async () => {
  const org = await organization(app);
  const ids = [await published(org, '1.0.0', 'idna==3.10'), await published(org, '1.1.0', 'idna<3.10')];
  const at = `${org.plugins}/by-name/names_ext/diff?v1=1.0.0&v2=1.1.0`;
  const dependencies = [{ name: 'idna', v1: 'idna==3.10', v2: 'idna<3.10' }];
  expect((await org.get(at)).body).toMatchObject({ dependencies, packages: null });
  for (const id of ids) await deploy(org, id);
  expect((await org.get(at)).body).toMatchObject({ dependencies, packages: [{ name: 'idna', v1: '3.10', v2: '3.9' }] });
});

test("a package counts only its own organization's environments with that package", {
  tags: 'long',
}, async () => {
  const [own, other] = [await organization(app), await organization(app)];
  const sharing = async (org: Organization, version: string, ...requirements: string[]) => {
    const id = await published(org, version, requirements.join('\n'));
    await deploy(org, id);
    return id;
  };
  const first = await sharing(own, '1.0.0', 'idna==3.9');
  const second = await sharing(own, '1.1.0', 'idna==3.9', 'six==1.16.0');
  await sharing(own, '1.2.0', 'idna==3.9'); // the same lock, and therefore the same environment
  const foreign = await sharing(other, '1.0.0', 'idna==3.9', 'six==1.17.0');
  const counts = async (org: Organization, id: string) => {
    const { environments } = z
      .object({ environments: z.array(z.object({ packages: z.array(z.record(z.string(), z.unknown())) })) })
      .parse((await org.get(`${org.plugins}/${id}/environment`)).body);
    return environments.map(({ packages }) => packages.map(({ name, environments }) => `${name} ${environments}`));
  };
  expect(await counts(own, first)).toEqual([['idna 2']]);
  expect(await counts(own, second)).toEqual([['idna 2', 'six 1']]);
  expect(await counts(other, foreign)).toEqual([['idna 1', 'six 1']]);
});
