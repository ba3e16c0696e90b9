// Tests the files of the GitHub action and the pre-commit hook. `npm run release:check` runs both as their users do.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageName } from '../../scripts/bundle/package.ts';
import { version } from '../../src/cli/version.ts';

const texts = z.record(z.string(), z.string());
const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
  outputs: z.record(z.string(), z.object({ value: z.string() })),
  runs: z.object({ using: z.literal('composite'), steps: z.tuple([z.object({ run: z.string(), env: texts })]) }),
});
const action = actionSchema.parse(parse(readFileSync('integrations/github-action/action.yml', 'utf8')));
const script = readFileSync('integrations/github-action/run.sh', 'utf8');
const hookScript = resolve('integrations/pre-commit/lint-plugins.sh');
const [step] = action.runs.steps;

test('the action passes each input to its script as a variable, never as part of a command', () => {
  const used = Object.values(step.env).join(' ');
  expect(Object.keys(action.inputs).filter((input) => !used.includes(`inputs.${input} `))).toEqual([]);
  expect(step.run).not.toContain('${{');
  const variables = Object.keys(step.env).filter((name) => !name.startsWith('SLIPWAY_'));
  expect(variables.filter((name) => !script.includes(`$${name}`))).toEqual([]);
});

test('the action declares the outputs that its script writes', () => {
  const written = [...script.matchAll(/echo "([\w-]+)=.*GITHUB_OUTPUT/g)].map(([, name]) => name);
  expect(Object.keys(action.outputs).sort()).toEqual(written.sort());
});

test("the action, the hook and the recipes use this release's CLI", () => {
  const released = `${packageName}@${version}`;
  expect(action.inputs.package?.default).toBe(released);
  expect(readFileSync(hookScript, 'utf8')).toContain(`npx --yes ${released} `);
  const document = readFileSync('docs/ci.md', 'utf8');
  const named = [...document.matchAll(/(?:slipway-registry\/cli@|slipway-registry-cli-|@v|rev: v)(\d+\.\d+\.\d+)/g)];
  expect(new Set(named.map(([, number]) => number))).toEqual(new Set([version]));
});

const folder = mkdtempSync(join(tmpdir(), 'slipway-hook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the hook with a CLI that prints its arguments. */
function lintedBy(...args: string[]): string[] {
  const program = join(folder, 'print-arguments');
  writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  chmodSync(program, 0o755);
  const ran = spawnSync('sh', [hookScript, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, SLIPWAY_CLI: program },
  });
  expect([ran.status, ran.stderr]).toEqual([0, '']);
  return ran.stdout.split('\n').slice(0, -1);
}

test('the hook lints each plugin with changed files once, and no other folder', () => {
  for (const path of ['a/manifest.py', 'a/processors/x.py', 'in depth/b/plugin.yaml', 'c/x.py', '-d/manifest.py']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
  const files = ['a/manifest.py', 'a/processors/x.py', 'in depth/b/plugin.yaml', 'c/x.py', './-d/manifest.py'];
  const linted = ['lint', '--policy', 'strict', '--', './-d', 'a', 'in depth/b'];
  expect(lintedBy('--policy', 'strict', ...files)).toEqual(linted);
  expect(lintedBy('c/x.py')).toEqual([]);
});
