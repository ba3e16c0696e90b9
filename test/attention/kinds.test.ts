// Tests each of the kernel's kinds of needs over HTTP: it appears with its cause, says where and how to do it, and ends when that is done.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { idSchema } from '../../src/contract/ids.ts';
import { builders } from '../../src/db/schema/builders.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { rollBackCrashing } from '../../src/rollouts/rollback/crash-rollback.ts';
import { clientOf } from '../support/client.ts';
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { affect, know } from '../support/scenes/advisories.ts';
import type { LosingScene } from '../support/scenes/losing-scene.ts';
import { needActions } from '../support/scenes/need-actions.ts';
import { checkNeed, type NeedCase, needsOf, needsScene } from '../support/scenes/needs.ts';
import { adminAuthorization } from '../support/scenes/organization.ts';
import { personIn } from '../support/scenes/people.ts';
import { slowPlan } from '../support/scenes/releasing.ts';
import { storeSecret } from '../support/scenes/secrets.ts';
import { digestOf } from '../support/scenes/staged.ts';

const day = 86_400_000;
const failing = `class FailingInferenceService:
    async def run_inference(self, inputs, parameters):
        raise RuntimeError("no model here")
`;
const unstartable = `class BrokenInferenceService:
    def __init__(self):
        raise RuntimeError("no model here")

    async def run_inference(self, inputs, parameters):
        return {}
`;

const demanding = manifest({
  name: 'hello_ext',
  version: '1.0.0',
  extra: 'input_schema = {"type": "object", "required": ["text"]}\n',
});

/** Publishes a version of hello_ext and runs its deployment to the end. */
async function deploy({ deps, org }: LosingScene, version = '1.0.0', files = {}): Promise<string> {
  await publish(org, plugin({ version, realtime: true, files }));
  const { body } = await org.post(`${org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
  const id = idSchema('deployment').parse(Object(body).deployment_id);
  await advanceDeployment(deps, id);
  return id;
}

async function call({ app, org }: LosingScene): Promise<void> {
  await org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} });
  await app.settled();
}

async function setOperatorBudget({ fetch }: LosingScene['app'], { id }: LosingScene['org'], budget: object) {
  await clientOf(adminAuthorization, fetch).put(`/v1/admin/organizations/${id}/budget`, budget);
}

const asking = {
  'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra: 'permissions = {"secrets": ["API_KEY"]}\n' }),
};

/** Runs the failed attempts of the newest deployment until it gives up. */
async function exhaust({ clock, deps }: LosingScene, id: string): Promise<void> {
  const deployment = idSchema('deployment').parse(id);
  for (let attempt = 0; attempt < 10; attempt++) {
    const [row] = await deps.db.select().from(deployments).where(eq(deployments.id, deployment));
    if (row?.status === 'failed') return;
    clock.advance(60 * 60_000);
    await advanceDeployment(deps, deployment);
  }
}

async function startRelease(s: LosingScene): Promise<string> {
  await deploy(s);
  await deploy(s, '1.0.1');
  await s.org.post(`${s.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
  const path = `/v1/namespaces/${s.org.namespaceId}/releases`;
  const { body } = await s.org.post(path, { plugin: 'hello_ext', version: '1.0.1', plan: slowPlan });
  return `${path}/${Object(body).id}`;
}

let advisories = 0;
let release = '';
let digest = '';
let keyId = '';

const cases: Record<string, NeedCase> = {
  'a live version with a critical advisory': {
    kind: 'advisory',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 is live and has the advisory GHSA-need-\d of critical or unknown severity$/,
    action: needActions.advisory,
    make: async ({ org }) => {
      await publish(org, plugin());
      await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`, { deployment_type: 'batch_only' });
      const id = `GHSA-need-${advisories++}`;
      await know({ id, severity: 'critical' });
      await affect(org, 'hello_ext@1.0.0', [id]);
    },
    resolve: ({ org }) => org.post(`${org.plugins}/by-name/hello_ext/undeploy`, { keep: 0 }),
  },
  'a failed deployment': {
    kind: 'failed-deployment',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 failed to deploy: .*no model here/,
    action: needActions['failed-deployment'],
    make: async (s) => exhaust(s, await deploy(s, '1.0.0', { 'realtime.py': unstartable })),
    resolve: (s) => deploy(s, '1.0.1'),
  },
  'a live version whose calls fail': {
    kind: 'failing-plugin',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 failed 1 of 1 calls in the last hour$/,
    action: needActions['failing-plugin'],
    make: async (s) => {
      await deploy(s, '1.0.0', { 'realtime.py': failing });
      await call(s);
    },
    resolve: async ({ clock }) => clock.advance(day),
  },
  'a live version that callers send what it refuses': {
    kind: 'invalid-inputs',
    severity: 'warn',
    title: /^1 of 1 calls of hello_ext 1\.0\.0 in the last hour failed on inputs that its input_schema refuses$/,
    action: needActions['invalid-inputs'],
    make: async (s) => {
      await deploy(s, '1.0.0', { 'realtime.py': failing, 'manifest.py': demanding });
      await call(s);
    },
    resolve: async ({ clock }) => clock.advance(day),
  },
  'a version that the operator has quarantined': {
    kind: 'quarantined',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 is quarantined by the operator: It is malicious$/,
    action: needActions.quarantined,
    make: async ({ app, org }) => {
      await publish(org, plugin({ files: { 'note.txt': crypto.randomUUID() } }));
      digest = await digestOf(org);
      const why = { reason: 'It is malicious', objection: 'Write to security@example.com.' };
      await clientOf(adminAuthorization, app.fetch).put(`/v1/admin/quarantines/${digest}`, why);
    },
    resolve: ({ app }) => clientOf(adminAuthorization, app.fetch).del(`/v1/admin/quarantines/${digest}`),
  },
  'a version that was rolled back because it crashed': {
    kind: 'crashed-plugin',
    severity: 'bad',
    title: /^hello_ext was rolled back: Crashed 3 times in its first minute\.$/,
    action: needActions['crashed-plugin'],
    make: async (s) => {
      await deploy(s);
      await rollBackCrashing(s.deps, idSchema('deployment').parse(await deploy(s, '1.0.1')), 3);
    },
    resolve: async (s) => {
      s.clock.advance(1000);
      await deploy(s, '1.0.2');
    },
  },
  'a secret and a grant that an accepted version lacks': {
    kind: 'missing',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 lacks a grant of secret API_KEY, and a value of the secret API_KEY$/,
    action: needActions['missing grant'],
    make: ({ org }) => publish(org, plugin({ files: asking })),
    resolve: async ({ org }) => {
      const { give } = await import('../support/scenes/granted.ts');
      await give(org, { plugin: 'hello_ext', permissions: { secrets: ['API_KEY'] } });
      expect((await needsOf(org)).needs).toMatchObject([
        { kind: 'missing', action: { command: `slipway secrets set API_KEY --namespace ${org.namespaceId}` } },
      ]);
      await storeSecret({ namespaceId: org.namespaceId, name: 'API_KEY', value: 'x' });
    },
  },
  'a paused release': {
    kind: 'release',
    severity: 'warn',
    title: /^The release of hello_ext 1\.0\.1 waits: someone is away$/,
    action: needActions.release,
    make: async (s) => {
      release = await startRelease(s);
      await s.org.post(`${release}/pause`, { reason: 'someone is away' });
    },
    resolve: ({ org }) => org.post(`${release}/resume`),
  },
  'a reverted release': {
    kind: 'release',
    severity: 'bad',
    title: /^The release of hello_ext 1\.0\.1 was reverted: wrong scores$/,
    action: needActions.release,
    make: async (s) => {
      release = await startRelease(s);
      await s.org.post(`${release}/revert`, { reason: 'wrong scores' });
    },
    resolve: async (s) => {
      s.clock.advance(1000);
      await deploy(s, '1.0.2');
    },
  },
  'a spent budget': {
    kind: 'budget',
    severity: 'bad',
    title: /^\d+% of the organization's monthly budget of stored bytes is spent, so more is refused$/,
    action: needActions.budget,
    make: async ({ org }) => {
      await publish(org, plugin());
      await org.put('/v1/budget', { stored_bytes: 1, on_exceeded: 'refuse' });
    },
    resolve: ({ org }) => org.put('/v1/budget', { stored_bytes: 1_000_000 }),
  },
  "an operator's budget that is spent": {
    kind: 'budget',
    severity: 'bad',
    title:
      /^\d+% of the organization's monthly budget of stored bytes, which the operator set, is spent, so more is refused$/,
    action: needActions.budget,
    make: async ({ app, org }) => {
      await publish(org, plugin());
      await setOperatorBudget(app, org, { stored_bytes: 1, on_exceeded: 'refuse' });
    },
    resolve: ({ app, org }) => setOperatorBudget(app, org, { stored_bytes: 1_000_000, on_exceeded: 'refuse' }),
  },
  'a full quota': {
    kind: 'quota',
    severity: 'warn',
    title: /^A namespace has 8 of 10 plugins$/,
    action: needActions.quota,
    make: async ({ org }) => {
      for (let i = 0; i < 8; i++) await publish(org, plugin({ name: `plugin_${i}` }));
    },
    resolve: ({ org }) => org.del(`${org.plugins}/plugin_0_1_0_0`),
  },
  'a key that expires soon': {
    kind: 'key',
    severity: 'warn',
    title: /^The API key ci expires on \d{4}-\d\d-\d\d$/,
    action: needActions.key,
    make: async ({ clock, org }) => {
      const expires_at = new Date(clock.now() + 5 * day).toISOString();
      keyId = Object((await org.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], expires_at })).body).key_id;
    },
    resolve: ({ org }) => org.del(`/v1/keys/${keyId}`),
  },
  'a builder that does not answer': {
    kind: 'builder',
    severity: 'bad',
    title: /^Builder 1 does not answer$/,
    action: needActions.builder,
    replacements: { builderUrls: ['http://east.internal:8080'] },
    make: async ({ clock, deps }) => {
      const row = {
        name: 'east.internal:8080',
        url: 'http://east.internal:8080',
        source: 'settings',
        addedAt: 1,
      } as const;
      await deps.directory.insert(builders).values({ ...row, silentSince: clock.now() - 3_600_000 });
    },
    resolve: ({ deps }) => deps.directory.delete(builders),
  },
};

test.each(Object.entries(cases))('%s needs attention until it is dealt with', (_, one) => checkNeed(one));

test('a failed deployment names the person who asked for it', async () => {
  const s = await needsScene();
  const org = await personIn(s.org, 'Ana');
  await exhaust(s, await deploy({ ...s, org }, '1.0.0', { 'realtime.py': unstartable }));
  const [need] = (await needsOf(s.org)).needs;
  expect(need?.title).toMatch(/^hello_ext 1\.0\.0 failed to deploy for Ana: .*no model here/);
});

test('failed calls name the person who published the version', async () => {
  const s = await needsScene();
  const org = await personIn(s.org, 'Ana');
  await deploy({ ...s, org }, '1.0.0', { 'realtime.py': failing });
  await call(s);
  const [need] = (await needsOf(s.org)).needs;
  expect(need?.title).toBe('hello_ext 1.0.0, published by Ana, failed 1 of 1 calls in the last hour');
});

test('a failed deployment that lacks something is one need, not two', async () => {
  const s = await needsScene();
  const id = await deploy(s, '1.0.0', asking);
  await exhaust(s, id);
  expect((await needsOf(s.org)).needs.map(({ kind }) => kind)).toEqual(['missing']);
});

test('a key that has expired is a need only if it was used', async () => {
  const s = await needsScene();
  for (const name of ['used', 'unused']) {
    const expires_at = new Date(s.clock.now() + day).toISOString();
    const { body } = await s.org.post('/v1/keys', { name, scopes: ['plugins:read'], expires_at });
    const request = new Request('http://slipway.test/v1/quotas', {
      headers: { authorization: `Bearer ${Object(body).api_key}` },
    });
    if (name === 'used') await s.org.fetch(request);
  }
  await s.app.settled();
  s.clock.advance(2 * day);
  expect((await needsOf(s.org)).needs.map(({ title }) => title)).toEqual([
    expect.stringMatching(/^The API key used expired on/),
  ]);
});
