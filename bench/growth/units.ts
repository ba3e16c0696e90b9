// The things that bench/growth/capacity.ts makes, by HTTP as users do, and how many of each it makes to measure one.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { packFiles, packRealtime } from '../../scripts/demo/pack.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { runRows } from '../runs/run-rows.ts';
import { send } from './local.ts';
import { artifact, untilSettled, type Whole } from './whole.ts';

export interface Unit {
  name: string;
  /** How many are made, and how many of them the table shows as one. */
  count: number;
  per?: number;
  make(whole: Whole, count: number): Promise<void>;
}

const atOnce = 4;
const handler = (line: string) =>
  `class RealtimeHandler:\n    def predict(self, request):\n        ${line}\n        return {"length": len(request["text"])}\n`;
const answers = handler('pass');
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };
const called = 'called_1_0_0';
const logging = 'logging_1_0_0';
const rowsPlugin = 'rows_1_0_0';
const rowBatch = 'def work(batch):\n    batch["twice"] = [2 * n for n in batch["n"]]\n    return batch\n';

/** Runs `work` for each number from 0, some at once. */
async function each(count: number, work: (i: number) => Promise<unknown>, workers = atOnce): Promise<void> {
  let next = 0;
  const run = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: workers }, run));
}

async function post(whole: Whole, path: string, body: unknown, options: { operator?: true; later?: true } = {}) {
  const headers = options.later ? { prefer: 'respond-async' } : {};
  const response = await send(whole, 'POST', path, { body, operator: options.operator, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

/** An extractor of the usual size: a manifest, a pipeline, a handler and a README. */
function extractor(name: string, version: string): Promise<Uint8Array<ArrayBuffer>> {
  const readme = `# ${name}\n\n${`Measures texts. Version ${version} of ${name} answers with their length. `.repeat(6)}\n`;
  const more = `description = "Measures texts for the growth benchmark"\n`;
  return packFiles({
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\n${more}`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': `# ${name} ${version}\n${answers}`,
    'README.md': readme,
  });
}

async function publish({ local }: Whole, name: string, version: string): Promise<void> {
  await new ExtractorClient(local).publish(name, version, await extractor(name, version));
}

async function redeploy(whole: Whole, pluginId: string): Promise<void> {
  await new ExtractorClient(whole.local).deploy(pluginId);
  await untilSettled(whole);
}

/** Publishes and deploys the plugins that are called, and lifts the quotas. */
export async function prepare(whole: Whole): Promise<void> {
  const quotas = ['plugins_per_namespace', 'live_deployments', 'instances', 'keys', 'queued_later_calls'];
  const path = `/v1/admin/organizations/${whole.organizationId}/quotas`;
  const body = Object.fromEntries(quotas.map((quota) => [quota, 1_000_000]));
  await (await send(whole, 'PATCH', path, { body, operator: true })).text();
  const client = new ExtractorClient(whole.local);
  await client.publish('called', '1.0.0', await packRealtime('called', '1.0.0', answers));
  await client.publish(
    'logging',
    '1.0.0',
    await packRealtime('logging', '1.0.0', handler('print("called with", request)')),
  );
  await client.publish('rows', '1.0.0', await packRows());
  for (const id of [called, logging, rowsPlugin]) await redeploy(whole, id);
}

function packRows(): Promise<Uint8Array<ArrayBuffer>> {
  const steps = 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": [work]}\n';
  return packFiles({
    'manifest.py': 'feature_extractor_name = "rows"\nversion = "1.0.0"\nfeatures = []\n',
    'pipeline.py': `${rowBatch}\n\n${steps}`,
  });
}

async function callMany(whole: Whole, pluginId: string, count: number, later?: true): Promise<void> {
  const path = `/v1/namespaces/${whole.local.namespace_id}/plugins/${pluginId}/realtime/test`;
  await each(count, () => post(whole, path, { inputs }, later ? { later } : {}));
  await untilSettled(whole);
}

const keys = (whole: Whole, prefix: string, count: number) =>
  each(count, (i) => post(whole, '/v1/keys', { name: `${prefix} ${i}`, scopes: ['plugins:read'] }));

async function register(whole: Whole, count: number): Promise<void> {
  const checksum = `sha256:${createHash('sha256').update(artifact).digest('hex')}`;
  const schema = JSON.stringify({
    type: 'object',
    properties: { path: { type: 'string' }, every: { type: 'integer' } },
  });
  const agent = { pluginType: 'log', pluginRuntime: 'go', checksum, configSchema: schema };
  await each(count, (i) =>
    post(whole, '/api/v1/plugins', {
      ...agent,
      ...{
        name: `agent-${Math.floor(i / 10)}`,
        version: `1.0.${i % 10}`,
        artifactUrl: `${whole.receiver}/agent-${i}.tar.gz`,
      },
    }),
  );
}

/** A record like those of PyPI: two aliases, three references, a range and the versions in it. */
function advisory(i: number): object {
  const versions = Array.from({ length: 30 }, (_, nth) => `1.${Math.floor(nth / 10)}.${nth % 10}`);
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.3.0' }] }];
  return {
    ...{ id: `MADE-2026-${i}`, aliases: [`CVE-2026-${i}`, `GHSA-made-${i}`] },
    ...{ modified: '2026-01-02T00:00:00Z', published: '2026-01-01T00:00:00Z' },
    ...{ summary: `Package ${i} accepts what it should refuse`, details: 'An attacker sends a long text. '.repeat(30) },
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
    affected: [{ package: { ecosystem: 'PyPI', name: `package-${i}` }, ranges, versions }],
    references: [1, 2, 3].map((nth) => ({ type: 'WEB', url: `https://example.com/advisories/${i}/${nth}` })),
  };
}

async function importAdvisories(whole: Whole, count: number): Promise<void> {
  const bytesOf = (value: object) => new Uint8Array(new TextEncoder().encode(JSON.stringify(value)));
  const zip = await packZip(
    Array.from({ length: count }, (_, i) => ({ path: `${i}.json`, bytes: bytesOf(advisory(i)) })),
  );
  const imports = '/v1/admin/advisories/imports';
  const made = await post(whole, imports, { size_bytes: zip.length }, { operator: true });
  const { import_id, upload_url } = z.looseObject({ import_id: z.string(), upload_url: z.string() }).parse(made);
  const sent = await fetch(upload_url, { method: 'PUT', body: zip, headers: { 'content-length': String(zip.length) } });
  if (!sent.ok) throw new Error(`the feed was not stored: ${sent.status}`);
  await post(whole, `${imports}/${import_id}/start`, {}, { operator: true });
}

async function runOf({ local, state }: Whole, rows: number): Promise<void> {
  const file = `${state}/rows.jsonl`;
  await writeFile(file, Array.from({ length: rows }, (_, n) => `{"n": ${n}, "text": "row number ${n}"}\n`).join(''));
  await runRows(local, rowsPlugin, file, 2);
}

async function invite(whole: Whole, count: number): Promise<void> {
  await each(count, (i) => post(whole, '/v1/invitations', { email: `person-${i}@example.com`, role: 'developer' }));
}

async function withWebhook(whole: Whole, count: number): Promise<void> {
  await post(whole, '/v1/webhooks', { url: `${whole.receiver}/hook`, events: ['key.'] });
  await keys(whole, 'delivered', count);
  await untilSettled(whole, true);
}

/** Returns the units, with counts for a scale. */
export function units(scale: number): Unit[] {
  const of = (count: number) => Math.max(1, Math.round(count * scale));
  const plugins = of(200);
  return [
    {
      name: 'an organization',
      count: of(500),
      make: (whole, count) =>
        each(count, (i) => post(whole, '/v1/admin/organizations', { name: `organization ${i}` }, { operator: true })),
    },
    {
      name: "a plugin's first version",
      count: plugins,
      make: (whole, count) => each(count, (i) => publish(whole, `plugin_${i}`, '1.0.0')),
    },
    {
      name: 'a further version',
      count: of(600),
      make: (whole, count) =>
        each(count, (i) => publish(whole, `plugin_${i % plugins}`, `1.0.${Math.floor(i / plugins) + 1}`)),
    },
    {
      name: 'a deployment',
      count: of(80),
      make: async (whole, count) => {
        for (let i = 0; i < count; i++) await redeploy(whole, called);
      },
    },
    { name: '1,000 calls', count: of(5000), per: 1000, make: (whole, count) => callMany(whole, called, count) },
    {
      name: '1,000 calls that log a line',
      count: of(2000),
      per: 1000,
      make: (whole, count) => callMany(whole, logging, count),
    },
    { name: 'a later call', count: of(500), make: (whole, count) => callMany(whole, called, count, true) },
    { name: 'an API key', count: of(1000), make: (whole, count) => keys(whole, 'key', count) },
    { name: 'a key, and a delivery', count: of(500), make: withWebhook },
    { name: 'an invitation', count: of(1000), make: invite },
    { name: 'an agent plugin', count: of(300), make: register },
    { name: 'an advisory', count: 3000, make: importAdvisories },
    { name: 'a run of 100,000 rows', count: 100_000, per: 100_000, make: runOf },
  ];
}
