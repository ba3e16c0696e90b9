// Tests that numbers and lists in documents for operators match the code, wrangler.toml or compose.yaml.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { parse } from 'yaml';
import { z } from 'zod';
import { usage as setupUsage } from '../../../scripts/setup/settings.ts';
import { packingLimits } from '../../../src/contract/limits/containers.ts';
import { sharedMemoryMiB, sizeDiskGB, sizeMemoryMiB } from '../../../src/contract/plugin/placement.ts';

const read = (path: string) => readFileSync(path, 'utf8');

/** Returns the cells of the table with this first column, without the table's header. */
function rowsOf(text: string, first: string): string[][] {
  const [, table = ''] = text.split(`\n| ${first} |`);
  const lines = table.split('\n').slice(2);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const production = read('docs/production.md');
const cost = read('docs/cost.md');

/** Returns the price, in dollars, of a 730-hour month in which the container never sleeps. */
function monthly(size: 'basic' | 'standard-1'): number {
  const [, memory, disk, object] =
    /\$([\d.]+) for a GiB-second, \$([\d.]+) for a GB-second of disk, and\s+at most \$([\d.]+) for/.exec(cost) ?? [];
  const seconds = 730 * 3600;
  const gibibytes = sizeMemoryMiB[size] / 1024;
  return seconds * (gibibytes * Number(memory) + sizeDiskGB[size] * Number(disk)) + Number(object);
}

/** Returns the monthly price of full containers of the larger size, plus the smallest container for the remaining plugins. */
function shared(plugins: number): number {
  const room = (size: 'basic' | 'standard-1') => Math.floor(sharedMemoryMiB(size) / packingLimits.instanceMiB);
  const left = plugins % room('standard-1');
  const last = left === 0 ? 0 : monthly(left <= room('basic') ? 'basic' : 'standard-1');
  return Math.floor(plugins / room('standard-1')) * monthly('standard-1') + last;
}

test('the costs of shared containers follow from the sizes and prices of containers', () => {
  const rows = rowsOf(cost, 'plugins awake');
  expect(rows.length).toBeGreaterThan(5);
  // Rounded as in the document: a single container's price first.
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  const rounded = (amount: number) => Math.floor(amount * 20) / 20;
  expect(rows).toEqual(
    rows.map(([count]) => {
      const plugins = Number(count);
      const together = rounded(shared(plugins));
      const alone = plugins * rounded(monthly('basic'));
      return [count, dollars(alone), dollars(together), dollars(together / plugins)];
    }),
  );
});

const config = z
  .object({
    queues: z.object({ consumers: z.array(z.object({ queue: z.string() })) }),
    containers: z.array(z.object({ class_name: z.string(), instance_type: z.string(), max_instances: z.number() })),
  })
  .parse(unstable_readConfig({ config: 'wrangler.toml', env: 'production' }));

test('containers.md has the container classes in wrangler.toml, with their sizes and numbers', () => {
  const documented = rowsOf(read('docs/containers.md'), 'class').map(([name, type, , , , most]) => [name, type, most]);
  expect(documented).toEqual(
    config.containers.map(({ class_name, instance_type, max_instances }) => [
      `\`${class_name}\``,
      `\`${instance_type}\``,
      String(max_instances),
    ]),
  );
  const memory = rowsOf(read('docs/containers.md'), 'class').map(([, type = '', text = '']) => {
    const [number = 0, unit] = text.split(' ');
    return [type.replaceAll('`', ''), Number(number) * (unit === 'GiB' ? 1024 : 1)];
  });
  expect(memory).toEqual(memory.map(([type]) => [type, new Map(Object.entries(sizeMemoryMiB)).get(String(type))]));
});

test('production.md states the right number of queues in wrangler.toml', () => {
  const words = new Map([[16, 'sixteen']]);
  expect(production).toContain(` ${words.get(config.queues.consumers.length)} queues;`);
});

test('production.md has exactly the setup options', () => {
  const optionsIn = (text: string) => new Set([...text.matchAll(/--[a-z][\w-]*/g)].map(([option]) => option));
  const table = rowsOf(production, 'option').map(([option = '']) => option);
  const inText = ['--domain', '--dry-run'];
  expect([...optionsIn(table.join(' ')), ...inText].sort()).toEqual([...optionsIn(setupUsage)].sort());
});

test('self-hosting.md has exactly the variables that compose.yaml takes from .env', () => {
  const compose = read('compose.yaml');
  parse(compose);
  const taken = new Set([...compose.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name));
  const rows = rowsOf(read('docs/self-hosting.md'), 'in `.env`').map(([names = '']) => names);
  const documented = rows.flatMap((names) => [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  expect(documented.sort()).toEqual([...taken].sort());
});
