// @module-tag uv
// @module-tag long
// Tests environments that share packages: what is downloaded, packed and sent again, and whose files they contain.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handler, newFolder } from '../support.ts';
import { PackageIndex } from './package-index.ts';
import { failureOf, installationOf, linesOf, namesOf, PackageBuilder, refOf, writeWheel } from './wheels.ts';

let wheels: string;
let index: PackageIndex;
let packages: PackageBuilder;

beforeAll(async () => {
  wheels = newFolder();
  index = await PackageIndex.start(wheels);
  packages = await PackageBuilder.start({ env: { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url } });
});
afterAll(async () => {
  index.close();
  await packages.builder.close();
});

const installedSite = (key: string) => join(packages.builder.stateFolder, 'environments', 'installed', key, 'site');
const downloads = () => index.requests.filter((path) => path.endsWith('.whl')).map((path) => path.split('/')[2]);

test('an environment that shares a package with an older one downloads and packs only new packages', async () => {
  writeWheel(wheels, { name: 'heavy', files: { 'heavy.py': 'VALUE = 1\n' } });
  writeWheel(wheels, { name: 'light_a', files: { 'light_a.py': '' }, requires: ['heavy'] });
  writeWheel(wheels, { name: 'light_b', files: { 'light_b.py': '' }, requires: ['heavy'] });
  const first = await packages.install('light-a');
  index.requests.length = 0;
  const lock = await packages.lock('light-b');
  index.requests.length = 0;
  const stored = first.packages.map(({ key, size_bytes, files }) => ({ key, size_bytes, files }));
  const events = await packages.installEvents(lock, { stored });
  const second = installationOf(events);
  expect(namesOf(second.environment)).toEqual(['heavy 1.0.0', 'light-b 1.0.0']);
  expect([downloads(), second.packages.map(({ name }) => name)]).toEqual([['light-b'], ['light-b']]);
  expect(linesOf(events)).toEqual([
    expect.stringMatching(/^light-b 1\.0\.0: installed, [\d.]+ \w+ in \d+ files, package 1 of 1$/),
    expect.stringMatching(/^light-b 1\.0\.0: packed, [\d.]+ \w+$/),
  ]);
  const files = handler('def predict(self, request): return {"value": heavy.VALUE}', 'import heavy');
  for (const { environment } of [first, second])
    expect(await packages.result(environment.key, files, environment)).toEqual({ value: 1 });
  const paths = [first, second].map(({ environment }) => join(installedSite(environment.key), 'heavy.py'));
  expect(new Set(paths.map((path) => statSync(path).ino)).size).toBe(1);
});

test('a package in the store is not downloaded by a builder that lacks it, but counts toward the limit', async () => {
  writeWheel(wheels, { name: 'in_store', files: { 'in_store.py': 'VALUE = 2\n' } });
  writeWheel(wheels, { name: 'beside', files: { 'beside.py': '' }, requires: ['in-store'] });
  const made = (await packages.install('in-store')).packages;
  const [{ key = '', files = 0, size_bytes = 0 } = {}] = made;
  const lock = await packages.lock('beside');
  const env = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url };
  const other = await PackageBuilder.start({ env, limits: { environmentFiles: 300 } });
  try {
    index.requests.length = 0;
    const { environment } = installationOf(await other.installEvents(lock, { stored: [{ key, files, size_bytes }] }));
    expect([namesOf(environment), downloads()]).toEqual([['beside 1.0.0', 'in-store 1.0.0'], ['beside']]);
    const plugin = handler('def predict(self, request): return {"value": in_store.VALUE}', 'import in_store, beside');
    const { body } = await other.builder.send(
      'PUT',
      '/instances/x',
      JSON.stringify(await other.spec(plugin, environment)),
    );
    expect(Object(body).error).toMatchObject({ code: 'blob-missing', missing: [key] });
    for (const one of made) await other.send(packages, one);
    expect(await other.result('x', plugin, environment)).toEqual({ value: 2 });
    const full = [{ key, files: 301, size_bytes }];
    writeWheel(wheels, { name: 'one_more', requires: ['in-store'] });
    const last = (await other.installEvents(await packages.lock('one-more'), { stored: full })).at(-1);
    expect(last?.type).toBe('installed'); // the builder measures packages that it already has on disk
  } finally {
    await other.builder.close();
  }
  const third = await PackageBuilder.start({ env, limits: { environmentFiles: 300 } });
  try {
    const last = (await third.installEvents(lock, { stored: [{ key, files: 301, size_bytes }] })).at(-1);
    expect(failureOf(last)).toMatch(/^too-large: The installed dependencies exceed 10 GiB or 300 files/);
  } finally {
    await third.builder.close();
  }
});

test('two builders that install the same packages create identical archives', async () => {
  const modules = Array.from({ length: 20 }, (_, at) => [`racing/m${at}.py`, `NAMES = {"a", "b", "c", "${at}"}\n`]);
  writeWheel(wheels, { name: 'racing', files: Object.fromEntries(modules) });
  const other = await PackageBuilder.start({ env: { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url } });
  try {
    const lock = await packages.lock('racing');
    const both = await Promise.all([packages, other].map((builder) => builder.installEvents(lock)));
    const [first, second] = both.map((events) => installationOf(events).packages);
    expect(first?.map(({ name, parts }) => [name, parts.length])).toEqual([['racing', 1]]);
    expect(second).toEqual(first);
  } finally {
    await other.builder.close();
  }
});

test('packages with files at the same path are resolved in favor of the first package in the lock, and the log reports the conflict', async () => {
  writeWheel(wheels, {
    name: 'clash_a',
    files: {
      'clash/__init__.py': '',
      'clash/who.py': 'VALUE = "a"\n',
      'clash/broken.py': 'def (:\n',
      'clash/node': 'a file',
      'clash_same.py': 'VALUE = "same"\n',
    },
  });
  writeWheel(wheels, {
    name: 'clash_b',
    files: {
      'clash/__init__.py': '',
      'clash/who.py': 'VALUE = "b"\n',
      'clash/broken.py': 'VALUE = "b"\n',
      'clash/node/leaf.py': 'VALUE = "b"\n',
      'clash/own.py': 'VALUE = "b"\n',
      'clash_same.py': 'VALUE = "same"\n',
    },
  });
  const { environment } = await packages.install('clash-b', 'clash-a');
  const plugin = handler(
    `def predict(self, request):
    try:
        importlib.import_module('clash.broken')
    except SyntaxError:
        return {"values": [clash.who.VALUE, clash.own.VALUE, clash_same.VALUE]}
`,
    'import importlib, clash.who, clash.own, clash_same',
  );
  const spec = await packages.spec(plugin, environment);
  const events = await packages.builder.put('clash', spec);
  expect(events.at(-1)).toMatchObject({ type: 'ready' });
  expect(await packages.builder.result('clash')).toEqual({ values: ['a', 'b', 'same'] });
  const lines = events.flatMap((event) => (event.type === 'log' ? [event.line] : []));
  expect(lines.filter((line) => line.startsWith('Left out '))).toEqual([
    'Left out clash/broken.py of clash-b 1.0.0: the one in clash-a 1.0.0 comes first.',
    'Left out clash/node/leaf.py of clash-b 1.0.0: another file has this path.',
    'Left out clash/who.py of clash-b 1.0.0: the one in clash-a 1.0.0 comes first.',
  ]);
  // Bytecode from b beside the source from a would run instead of a's source.
  const bytecode = readdirSync(join(installedSite(environment.key), 'clash', '__pycache__'));
  expect(bytecode.map((name) => name.split('.')[0]).sort()).toEqual(['__init__', 'own', 'who']);
});

test('packages that have the same module in different files are reported in the log, which names the imported one', async () => {
  const value = (text: string) => `VALUE = "${text}"\n`;
  writeWheel(wheels, {
    name: 'module_a',
    files: {
      'victim.py': value('a'),
      'twice/__init__.py': '',
      'twice/part/__init__.py': value('a'),
      'spaced.py': value('a'),
    },
  });
  writeWheel(wheels, {
    name: 'module_b',
    files: {
      'victim/__init__.py': value('b'),
      'twice/part.py': value('b'),
      // Without an `__init__.py` there, the module file comes first.
      'spaced/part.py': value('b'),
    },
  });
  const { environment } = await packages.install('module-b', 'module-a');
  const plugin = handler(
    'def predict(self, request): return {"values": [victim.VALUE, part.VALUE, spaced.VALUE]}',
    'import victim, spaced\nfrom twice import part',
  );
  const events = await packages.builder.put('modules', await packages.spec(plugin, environment));
  expect(await packages.builder.result('modules')).toEqual({ values: ['b', 'a', 'a'] });
  const lines = events.flatMap((event) => (event.type === 'log' ? [event.line] : []));
  expect(lines.filter((line) => line.startsWith('Two packages'))).toEqual([
    'Two packages contain the module spaced: spaced.py from module-a 1.0.0 is imported, and spaced/part.py from module-b 1.0.0 is not.',
    'Two packages contain the module twice.part: twice/part/__init__.py from module-a 1.0.0 is imported, and twice/part.py from module-b 1.0.0 is not.',
    'Two packages contain the module victim: victim/__init__.py from module-b 1.0.0 is imported, and victim.py from module-a 1.0.0 is not.',
  ]);
});

test('a lock whose packages are all for other systems gives an empty environment that works', async () => {
  writeWheel(wheels, { name: 'only_here' });
  const { environment } = await packages.install('only-here; sys_platform == "win32"');
  expect(refOf(environment).packages).toEqual([]);
  const plugin = handler('def predict(self, request): return {"ok": True}');
  expect(await packages.result('empty', plugin, environment)).toEqual({ ok: true });
});
