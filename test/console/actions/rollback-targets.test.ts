// Tests that a rollback that names no version goes to the same one by API, by command and in the console, and that all three say which
// versions it skips, and why.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import { SlipwayClient } from '../../../src/client/client.ts';
import { ApiError } from '../../../src/client/errors.ts';
import { skippedText } from '../../../src/contract/skipped-versions.ts';
import { GitServer } from '../../builder/sources/git-server.ts';
import { inProcess } from '../../cli/in-process.ts';
import { echoPlugin, publish, versionPluginSource } from '../../e2e/plugins.ts';
import { patienceMs } from '../../support/waiting.ts';
import { consoleScene } from '../console-scene.ts';

const scene = consoleScene({ plugins: false });
const retries = { retriesMax: 0 };
const plugins = '/v1/namespaces/{namespace_id}/plugins';
const plan = { steps: [{ percent: 10 }, { percent: 50 }], hold: '24h' };

function client(apiKey = scene.local.api_key): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey, retries });
}

/** One plugin in one namespace. */
interface Subject {
  name: string;
  namespace_id: string;
  kind?: 'pipeline';
}

const numberOf = (v: string) => `1.${v}.0`;
const idOf = ({ name }: Subject, v: string) => `${name}_1_${v}_0`;
const named = ({ name, namespace_id }: Subject) => ({ path: { namespace_id, slug: name } });
const ofKind = ({ kind }: Subject) => (kind === undefined ? {} : { kind });
const versioned = (it: Subject, v: string) => ({ path: { namespace_id: it.namespace_id, plugin_id: idOf(it, v) } });

/** A handler that fails on demand. */
function pluginOf({ name }: Subject, v: string) {
  const plugin = echoPlugin(name, numberOf(v));
  plugin.files['realtime.py'] = plugin.files['realtime.py'].replace(
    '        return {"echo"',
    '        if "fail" in inputs:\n            raise ValueError("as asked")\n        return {"echo"',
  );
  return plugin;
}

function extractors({ namespace_id }: Subject): ExtractorClient {
  return new ExtractorClient({ ...scene.local, namespace_id });
}

async function publishOnce(it: Subject, v: string): Promise<void> {
  if (!(await extractors(it).exists(idOf(it, v)))) await publish(extractors(it), pluginOf(it, v));
}

async function deploy(it: Subject, v: string, body: object): Promise<void> {
  await publishOnce(it, v);
  await client().post(`${plugins}/{plugin_id}/deploy`, { ...versioned(it, v), body });
  await waitUntilSettled(extractors(it), idOf(it, v), patienceMs);
}

async function changeRelease({ namespace_id, name }: Subject, change: 'step' | 'revert'): Promise<void> {
  const { results } = await client().get('/v1/namespaces/{namespace_id}/releases', {
    path: { namespace_id },
    query: {},
  });
  const release = results.find(({ plugin }) => plugin.name === name);
  const path = { namespace_id, release_id: release?.id ?? 'none' };
  await client().post(`/v1/namespaces/{namespace_id}/releases/{release_id}/${change}`, { path });
}

const versionsOf = (it: Subject) =>
  client().get(`${plugins}/by-name/{slug}/versions`, { ...named(it), query: ofKind(it) });

/** Calls the version in vain until its failures are counted. */
async function fail(it: Subject, v: string): Promise<void> {
  for (let call = 0; call < 5; call++)
    await extractors(it)
      .call(idOf(it, v), { fail: true })
      .catch(() => undefined);
  const skipped = async () => (await versionsOf(it)).rollback_skipped.map(({ version }) => version);
  await expect.poll(skipped, { timeout: patienceMs }).toContain(numberOf(v));
}

/**
 * Steps: `o1` publishes version 1 if needed, and makes it live for runs only; `d1` also for calls; `p1` step by step; `s` goes on to the
 * end of the release; `v` reverts it; `b` rolls back, `b1` to version 1; `u1` undeploys, `q1` quarantines, `y1` yanks and `x1` deletes
 * version 1; `f1` has its calls fail.
 */
const acts: Record<string, (it: Subject, v: string) => Promise<unknown>> = {
  o: (it, v) => deploy(it, v, { deployment_type: 'batch_only' }),
  d: (it, v) => deploy(it, v, {}),
  p: (it, v) => deploy(it, v, { release: plan }),
  s: async (it) => {
    for (const _ of plan.steps) await changeRelease(it, 'step');
  },
  v: (it) => changeRelease(it, 'revert'),
  b: (it, v) =>
    client().post(`${plugins}/by-name/{slug}/rollback`, {
      ...named(it),
      body: v === '' ? {} : { version: numberOf(v) },
    }),
  u: (it, v) => client().post(`${plugins}/{plugin_id}/undeploy`, versioned(it, v)),
  q: async (it, v) => {
    const { results } = await versionsOf(it);
    const sha256 = results.find(({ version }) => version === numberOf(v))?.code_hash ?? '';
    const body = { reason: 'malware', objection: 'Write to us', drain: false };
    await client(scene.local.admin_token).put('/v1/admin/quarantines/{sha256}', { path: { sha256 }, body });
  },
  y: (it, v) => client().patch(`${plugins}/{plugin_id}`, { ...versioned(it, v), body: { yanked: 'wrong' } }),
  x: (it, v) => client().delete(`${plugins}/{plugin_id}`, versioned(it, v)),
  f: fail,
};

async function run(it: Subject, history: string): Promise<void> {
  for (const step of history.split(' ')) await acts[step.charAt(0)]?.(it, step.slice(1));
}

interface Choice {
  target: string | null;
  /** The skipped versions with the reasons, as every interface words them. */
  skipped: string;
}

/** Rolls back by API. A refusal names what it skipped; otherwise the list of versions does. */
async function byApi(it: Subject): Promise<Choice> {
  const { rollback_skipped } = await versionsOf(it);
  const listed = skippedText(rollback_skipped);
  try {
    const { version } = await client().post(`${plugins}/by-name/{slug}/rollback`, { ...named(it), body: ofKind(it) });
    return { target: version, skipped: listed };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const [, refused = ''] = /Skipped: (.*)\.$/.exec(error.message) ?? [];
    expect(refused).toBe(listed);
    return { target: null, skipped: refused };
  }
}

async function byCommand({ kind, name, namespace_id }: Subject): Promise<Choice> {
  const { api_key, url } = scene.local;
  const environment = { SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: api_key, SLIPWAY_NAMESPACE: namespace_id };
  const { stderr, stdout } = await inProcess(
    ['rollback', name, '--kind', kind ?? 'extractor', '--dry-run'],
    environment,
  );
  const [, target = null] = /would be rolled back to (\S+)/.exec(stdout) ?? [];
  const [, skipped = ''] = (target === null ? /Skipped: (.*)\. Choose/ : /^ +skipped: (.*)$/m).exec(stderr) ?? [];
  return { target, skipped };
}

let page: Page;
beforeAll(async () => {
  page = await scene.signedInPage();
});

async function byConsole({ name, namespace_id }: Subject): Promise<Choice> {
  await page.goto(`/n/${namespace_id}/plugins/${name}/versions`);
  await page
    .getByRole('heading', { name: numberOf('0') })
    .first()
    .waitFor();
  const button = page.getByRole('button', { name: /^Roll back to \d/ });
  const none = page.getByText(/^No earlier version of .* served well: /);
  if ((await button.count()) === 0) {
    const text = (await none.count()) === 0 ? '' : await none.innerText();
    return { target: null, skipped: /served well: (.*)\. To choose/.exec(text)?.[1] ?? '' };
  }
  await button.click();
  const target = await page.getByRole('dialog').getByLabel('New live version').inputValue();
  const left = page.getByRole('dialog').getByText(/^Not suggested: /);
  const text = (await left.count()) === 0 ? '' : await left.innerText();
  return { target, skipped: /^Not suggested: (.*)\.$/.exec(text)?.[1] ?? '' };
}

const rolledBack = (v: string) => `${numberOf(v)} (a rollback left it)`;

const histories: [string, string | null, string][] = [
  ['o0', null, ''],
  ['o0 o1', '1.0.0', ''],
  ['o0 o1 o2', '1.1.0', ''],
  ['o0 o1 b', null, ''],
  ['o0 o1 o2 b', '1.0.0', ''],
  ['o0 o1 o2 b b', null, ''],
  ['o0 o1 o2 o3 b b', '1.0.0', ''],
  ['o0 o1 b o2', '1.0.0', rolledBack('1')],
  ['o0 o1 o2 b o3', '1.1.0', rolledBack('2')],
  ['o0 o1 o2 b b o3', '1.0.0', `${rolledBack('2')}, ${rolledBack('1')}`],
  ['o0 o1 o2 b0 o3', '1.0.0', `${rolledBack('2')}, ${rolledBack('1')}`],
  ['o0 o1 b b1', '1.0.0', ''],
  ['o0 o1 b o1', null, ''],
  ['o0 o1 b b1 o2', '1.1.0', ''],
  ['o0 o1 o2 u1', '1.0.0', '1.1.0 (it was undeployed)'],
  ['o0 o1 o2 u1 o1', '1.1.0', ''],
  ['o0 o1 o2 u2', '1.0.0', ''],
  ['o0 o1 u0', null, '1.0.0 (it was undeployed)'],
  ['o0 o1 o2 q1', '1.0.0', '1.1.0 (it is quarantined)'],
  ['o0 o1 q0', null, '1.0.0 (it is quarantined)'],
  ['o0 o1 o2 y1', '1.0.0', '1.1.0 (it is yanked)'],
  ['o0 o1 y0', null, '1.0.0 (it is yanked)'],
  ['o0 o1 o2 y1 q0', null, '1.1.0 (it is yanked), 1.0.0 (it is quarantined)'],
  ['o0 o1 o2 x1', '1.0.0', ''],
  ['o0 o1 o2 x2', '1.0.0', ''],
  ['d0 d1', '1.0.0', ''],
  ['o0 d1', '1.0.0', ''],
  ['d0 p1 s', '1.0.0', ''],
  ['d0 p1 v', null, ''],
  ['d0 p1 v o2', '1.0.0', '1.1.0 (a release of it was reverted)'],
  ['d0 d1 o2 f1', '1.0.0', '1.1.0 (more than 5% of its calls failed)'],
  ['d0 o1 f0', null, '1.0.0 (more than 5% of its calls failed)'],
];

let other: string;
beforeAll(async () => {
  const feature_extractors = [{ feature_extractor_name: 'text_extractor', version: 'v1' }];
  const { namespace_id } = await client().post('/v1/namespaces', {
    body: { namespace_name: 'other', feature_extractors },
  });
  other = namespace_id;
});

test.each(histories.map((history, nth) => [...history, nth] as const))(
  'after %s, API, command and console roll back to %j and skip %j',
  async (history, target, skipped, nth) => {
    const name = `history_${nth}`;
    const it = { name, namespace_id: scene.local.namespace_id };
    await run({ name, namespace_id: other }, 'o0 o1'); // Another namespace's plugin of the same name.
    await run(it, history);
    const shown = { console: await byConsole(it), command: await byCommand(it), api: await byApi(it) };
    const choice = { target, skipped };
    expect(shown).toEqual({ console: choice, command: choice, api: choice });
  },
);

test('during a release, all three go back to the stable version, which ends the release', async () => {
  const it = { name: 'releasing', namespace_id: scene.local.namespace_id };
  await run(it, 'd0 p1');
  const shown = { console: await byConsole(it), command: await byCommand(it), api: await byApi(it) };
  const choice = { target: '1.0.0', skipped: '' };
  expect(shown).toEqual({ console: choice, command: choice, api: choice });
});

test('after an update, a rollback and an update of a Go plugin, all three go back past the version that was left', {
  tags: ['git', 'go'],
}, async () => {
  const git = await GitServer.start();
  onTestFinished(() => git.close());
  const repository = git.repository('reporter');
  const [first = '', second = '', third = ''] = ['1.0.0', '2.0.0', '3.0.0'].map((version) =>
    repository.commit(versionPluginSource(version)),
  );
  const it: Subject = { name: 'reporter', namespace_id: scene.local.namespace_id, kind: 'pipeline' };
  const path = { name: it.name };
  const isLive = (commit: string) =>
    expect.poll(async () => (await versionsOf(it)).serving_version, { timeout: patienceMs }).toBe(commit);
  await client().post('/api/plugins', { body: { repository_url: repository.url, name: it.name, git_ref: first } });
  await isLive(first);
  await client().put('/api/plugins/{name}', { path, body: { git_ref: second } });
  await isLive(second);
  await client().post(`${plugins}/by-name/{slug}/rollback`, { ...named(it), body: ofKind(it) });
  await isLive(first);
  await client().put('/api/plugins/{name}', { path, body: { git_ref: third } });
  await isLive(third);
  await page.goto(scene.path('plugins?kind=pipeline'));
  await page.getByRole('link', { name: it.name }).click();
  const text = await page.getByText(/^A rollback goes to /).innerText();
  const [, target = null, skipped = ''] = /goes to (\S+) .*\. Skipped: (.*)\.$/.exec(text) ?? [];
  const shown = { console: { target, skipped }, command: await byCommand(it), api: await byApi(it) };
  const api = { target: first, skipped: `${second} (a rollback left it)` };
  const forPeople = { target: first, skipped: `${second} (${second.slice(0, 12)}) (a rollback left it)` };
  expect(shown).toEqual({ console: forPeople, command: forPeople, api });
});
