// Tests that alerts and the dashboard use metrics that exist, and that promtool, if installed, accepts both.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectFiles } from '../../scripts/testing/project-files.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const alerts = read('ops/prometheus/alerts.yaml');

const namesIn = (text: string) => [...new Set(text.match(/\bslipway_[a-z_]+/g))].sort();

/** Returns the names of the metric families, with the suffixes of their samples. */
async function knownNames(): Promise<Set<string>> {
  const declaring = /^src\/(?:watching\/|features\/[^/]+\/(?:feature|gauges)\.ts$)/;
  const files = (await projectFiles(['src'])).filter((path) => declaring.test(path));
  const families = files.flatMap((path) => namesIn(read(path)));
  return new Set(families.flatMap((name) => ['', '_total', '_bucket', '_count', '_sum'].map((end) => name + end)));
}

test.each([
  'ops/prometheus/alerts.yaml',
  'ops/prometheus/alerts.test.yaml',
  'ops/grafana/slipway.json',
  'docs/watching.md',
])('each metric in %s exists', async (path) => {
  const known = await knownNames();
  const names = namesIn(read(path));
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test('each alert has a test for its rule, a summary and instructions, and is documented', () => {
  const named = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const tested = new Set(
    [...read('ops/prometheus/alerts.test.yaml').matchAll(/alertname: (\w+)/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !tested.has(name))).toEqual([]);
  expect(named.filter((name) => !read('docs/watching.md').includes(`\`${name}\``))).toEqual([]);
  for (const field of ['summary:', 'action:', 'severity: ']) expect(alerts.split(field)).toHaveLength(named.length + 1);
});

test('promtool accepts the rules, and each rule fires only for its own fault', { tags: ['promtool'] }, () => {
  const output = execFileSync('promtool', ['test', 'rules', 'ops/prometheus/alerts.test.yaml'], { encoding: 'utf8' });
  expect(output).toContain('SUCCESS');
});
