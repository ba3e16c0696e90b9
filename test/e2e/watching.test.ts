// Tests that a running Slipway exports what the alerts, the dashboard and the documents use. Unlike test/scripts/alerts.test.ts, it finds
// a metric that the code can export and never does.
// @module-tag long
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { patienceMs, waitFor } from '../support/waiting.ts';
import { echoPlugin, publish } from './plugins.ts';
import { newStateFolder, removeState, startSlipway } from './slipway.ts';

/** Exported only with a Ray cluster, GPUs or D1 itself; test/watching/metrics.test.ts and test/builders/gpus.test.ts have them. */
const needsMore = /^slipway_(?:(?:cluster|gpu)_|database_bytes_max$)/;

/** The labels of each exported metric's samples, such as `part="store"`. */
type Exported = Map<string, Set<string>[]>;

/** A plugin with batched calls, whose metrics others don't have. */
function batchedPlugin() {
  const { files, ...plugin } = echoPlugin('watched', '1.0.0');
  const manifest = `${files['manifest.py']}serve_config = {"batching": {}}\n`;
  const realtime = `${files['realtime.py']}\n    def run_many(self, inputs, parameters):\n        return inputs\n`;
  return { ...plugin, files: { ...files, 'manifest.py': manifest, 'realtime.py': realtime } };
}

const state = await newStateFolder();
let exported: Exported;

beforeAll(async () => {
  const local = await (await startSlipway(state)).ready();
  const client = new ExtractorClient(local);
  const plugin = batchedPlugin();
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  await waitUntilSettled(client, plugin.pluginId, patienceMs);
  await client.call(plugin.pluginId, { text: 'x' });
  const scrape = async () => {
    const headers = { authorization: `Bearer ${local.admin_token}` };
    return samplesIn(await (await fetch(`${local.url}/metrics`, { headers })).text());
  };
  // Calls are counted, and memory is read, some seconds later.
  const last = ['slipway_call_errors_total', 'slipway_worker_memory_bytes'];
  await waitFor(async () => {
    exported = await scrape();
    expect([...exported.keys()]).toEqual(expect.arrayContaining(last));
  });
});
afterAll(() => removeState(state));

function samplesIn(text: string): Exported {
  const samples: Exported = new Map();
  for (const [, name = '', labels = ''] of text.matchAll(/^(slipway_\w+)(?:\{(.*)\})? \S+$/gm))
    samples.set(name, [...(samples.get(name) ?? []), new Set(labels.match(/\w+="[^"]*"/g))]);
  return samples;
}

const labelNames = (sample: Set<string>) => [...sample].map((label) => label.slice(0, label.indexOf('=')));

/** Prometheus adds these to every sample. */
const labelsOfPrometheus = ['job', 'instance'];

/** Returns which metrics and labels of an expression nothing exports. A value that a label is compared with must exist, too. */
function missingFrom(expression: string): string[] {
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/, */));
  return [...expression.matchAll(/(slipway_\w+)(?:\{([^}]*)\})?/g)].flatMap(([, metric = '', selector = '']) => {
    const samples = exported.get(metric);
    if (needsMore.test(metric)) return [];
    if (samples === undefined) return [metric];
    const all = new Set([...samples.flatMap(labelNames), ...labelsOfPrometheus]);
    const matchers = [...selector.matchAll(/(\w+)(=~|=)"([^"]*)"/g)];
    const compared = matchers.flatMap(([, label = '', , values = '']) =>
      (values.startsWith('$') ? [] : values.split('|')).map((value) => `${label}="${value}"`),
    );
    return [
      ...[...grouped, ...matchers.map(([, label = '']) => label)].filter((label) => !all.has(label)),
      ...compared.filter((label) => !samples.some((sample) => sample.has(label))),
    ].map((label) => `${metric}: ${label}`);
  });
}

const alertExpressions = readFileSync('ops/prometheus/alerts.yaml', 'utf8')
  .split(/^ +- alert: /m)
  .slice(1)
  .map((rule) => [
    rule.slice(0, rule.indexOf('\n')),
    rule.slice(rule.indexOf('expr:'), rule.search(/^ +(?:for|labels):/m)),
  ]);

const dashboard = z
  .object({ panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })) })
  .parse(JSON.parse(readFileSync('ops/grafana/slipway.json', 'utf8')));

test.each(alertExpressions)('the alert %s uses only what a running Slipway exports', (_, expression = '') => {
  expect(missingFrom(expression)).toEqual([]);
});

test.each(dashboard.panels.map(({ title, targets }) => [title, targets.map(({ expr }) => expr).join('\n')]))(
  'the panel %s uses only what a running Slipway exports',
  (_, expressions = '') => {
    expect(missingFrom(expressions)).toEqual([]);
  },
);

test('each documented metric is exported, and each exported metric is documented', () => {
  const rows = readFileSync('docs/watching.md', 'utf8').match(/^\| .*`slipway_.*\|/gm) ?? [];
  const documented = new Set(rows.flatMap((row) => row.match(/\bslipway_\w+/g) ?? []));
  const family = (name: string) => name.replace(/_(?:bucket|sum|count)$/, '');
  const found = new Set([...exported.keys()].map(family));
  const isKnown = (name: string) => found.has(name) || needsMore.test(name);
  expect([...documented].map(family).filter((name) => !isKnown(name))).toEqual([]);
  expect([...found].filter((name) => !documented.has(name) && !documented.has(`${name}_count`))).toEqual([]);
});
