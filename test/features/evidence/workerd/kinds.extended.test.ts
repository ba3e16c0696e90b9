// @module-tag index
// Tests the evidence and SBOMs of each kind of version over HTTP: with a lock, for an organization, and of Go plugins.
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  envelopeSchema,
  type Statement,
  statementSchema,
} from '../../../../src/contract/features/evidence/evidence.ts';
import { idSchema } from '../../../../src/contract/ids.ts';
import { fromBase64 } from '../../../../src/core/sealing.ts';
import { sweepEvidence } from '../../../../src/features/evidence/evidence.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { testApp } from '../../../support/deps.ts';
import { goOrigin, goPlugin } from '../../../support/plugins/go-plugins.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const app = testApp({ queues: losingQueues().queues });

const answerModel = z.object({ evidence: z.array(z.object({ type: z.string(), envelope: envelopeSchema })) });
const bomModel = z.looseObject({
  components: z.array(z.looseObject({ name: z.string(), purl: z.string().optional() })),
});

async function statements(org: Organization, path: string, kind = 'extractor'): Promise<Record<string, Statement>> {
  const { evidence } = answerModel.parse((await org.get(`${path}/evidence?kind=${kind}`)).body);
  const decode = (payload: string) => JSON.parse(new TextDecoder().decode(fromBase64(payload)));
  return Object.fromEntries(
    evidence.map(({ type, envelope }) => [type, statementSchema.parse(decode(envelope.payload))]),
  );
}

async function sbom(org: Organization, path: string, kind = 'extractor') {
  const { headers, text } = await org.get(`${path}/sbom?kind=${kind}`);
  expect(headers.get('content-type')).toBe('application/vnd.cyclonedx+json; version=1.6');
  return { text, bom: bomModel.parse(JSON.parse(text)) };
}

test('a lock is signed once the version has one, and the SBOM lists its packages', async () => {
  const org = await organization(app);
  const files = {
    'realtime.py':
      'import idna\n\nclass EchoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n',
  };
  const { plugin_id } = await publish(org, plugin({ files: { ...files, 'requirements.txt': 'idna==3.10\n' } }));
  const path = `${org.plugins}/${plugin_id}`;
  await app.settled();
  expect(Object.keys(await statements(org, path))).toEqual(['provenance', 'verdict']);
  expect((await sbom(org, path)).bom.components).toEqual([]);
  const { deployment_id } = z
    .object({ deployment_id: idSchema('deployment') })
    .parse((await org.post(`${path}/deploy`)).body);
  await advanceDeployment(app.deps, deployment_id);
  await sweepEvidence(app.deps);
  const { lock } = await statements(org, path);
  const environment = z
    .object({ lock: z.object({ digest: z.string(), resolver: z.string() }) })
    .parse((await org.get(`${path}/environment`)).body);
  expect(lock?.predicate).toMatchObject({
    resolver: environment.lock.resolver,
    lock: { digest: { sha256: environment.lock.digest } },
    packages: [
      { uri: 'pkg:pypi/idna@3.10', sha256: expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{64}$/)]) },
    ],
  });
  const listed = await sbom(org, path);
  expect(listed.bom.components).toMatchObject([{ name: 'idna', purl: 'pkg:pypi/idna@3.10' }]);
  expect((await sbom(org, path)).text).toBe(listed.text);
});

test("a version of the organization's plugin names the organization", async () => {
  const org = { ...(await organization(app)), plugins: '/v1/plugins' };
  const { plugin_id } = await publish(org, plugin());
  const { provenance } = await statements(org, `/v1/plugins/${plugin_id}`);
  expect(provenance?.predicate).toMatchObject({
    buildDefinition: { externalParameters: { organization: org.id, publisher: { type: 'key' } } },
  });
});

test("a Go plugin's provenance names the commit, the toolchain and the executable, and its SBOM the toolchain", async () => {
  const org = await organization(app);
  await goPlugin(org, 'pipeline', 'upper');
  const { provenance } = await statements(org, `${org.plugins}/upper_1_0_0`, 'pipeline');
  expect(provenance?.subject.map(({ name }) => name)).toEqual(['upper-1.0.0.zip', 'upper-1.0.0']);
  const { repository, ref, commit } = goOrigin;
  expect(provenance?.predicate).toMatchObject({
    buildDefinition: {
      externalParameters: { kind: 'pipeline', source: { repository, ref, commit } },
      resolvedDependencies: [
        { uri: `git+${repository}@${ref}`, digest: { gitCommit: commit } },
        { uri: 'pkg:golang/stdlib@1.26.8', annotations: { toolchain: 'go1.26.8' } },
      ],
    },
  });
  expect((await sbom(org, `${org.plugins}/upper_1_0_0`, 'pipeline')).bom.components).toMatchObject([
    { purl: 'pkg:golang/stdlib@1.26.8' },
  ]);
  expect((await org.get(`${org.plugins}/upper_1_0_0/evidence`)).status).toBe(404);
});
