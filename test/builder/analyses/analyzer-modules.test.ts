// Tests which modules the analyzer is built from with each version of Go.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { modulesFor } from '../../../builder/server/analyses/analyzer.ts';

test.each([
  [24, 'go1.24'],
  [25, 'go1.24'],
  [26, 'go1.26'],
  [27, 'go1.26'],
  [30, 'go1.26'],
])('Go 1.%i builds the analyzer from the modules in %s, which need no newer Go', (minor, folder) => {
  const found = modulesFor(minor);
  expect(basename(found)).toBe(folder);
  const [goMod, goSum] = ['go.mod', 'go.sum'].map((name) => readFileSync(join(found, name), 'utf8'));
  expect(goMod).toMatch(new RegExp(`^go ${folder.slice(2)}\\.0$`, 'm'));
  const required = [...(goMod ?? '').matchAll(/^\t(\S+ v\S+)/gm)].map(([, module]) => module);
  expect(required).toContainEqual(expect.stringMatching(/^golang\.org\/x\/tools v/));
  for (const module of required) expect(goSum).toContain(`${module} h1:`);
});
