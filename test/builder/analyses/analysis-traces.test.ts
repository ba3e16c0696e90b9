// Tests that an analysis only reads a plugin's source: it runs nothing and writes nothing. Any program that ran would leave a mark.
// @module-tag go
// @module-tag long
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModuleProxy, writeModuleProxy } from '../../module-proxy.ts';
import { coldCacheMs, goMod, pipelinePlugin } from '../go-support.ts';
import { liveFiles } from '../live-files.ts';
import { eventually, type Files, newFolder, type TestBuilder } from '../support.ts';
import { analyzeSource, startAnalyzingBuilder } from './analysis-support.ts';

/** World-writable folder in which every program that runs creates a file. */
const marks = newFolder();
chmodSync(marks, 0o777);
const mark = (name: string) => `touch ${join(marks, name)}`;
/** Leaves a mark, and then runs the requested program. */
const toolexec = join(newFolder(), 'toolexec');
writeFileSync(toolexec, `#!/bin/sh\n${mark('toolexec')}\nexec "$@"\n`, { mode: 0o755 });

const marking = (name: string) =>
  `func init() {\n\tos.WriteFile("${join(marks, name)}", nil, 0o644)\n\tpanic("${name} was run")\n}\n`;
const module = 'example.com/marking';

let proxy: ModuleProxy;
let builder: TestBuilder;
beforeAll(async () => {
  proxy = await writeModuleProxy(newFolder(), {
    [module]: { 'marking.go': `package marking\n\nimport "os"\n\nvar Version = "1"\n\n${marking('module')}` },
  });
  const env = { GOPROXY: proxy.url, GOFLAGS: `-toolexec=${toolexec}`, GOENV: join(newFolder(), 'env') };
  writeFileSync(env.GOENV, `GOFLAGS=-toolexec=${toolexec}\n`);
  builder = await startAnalyzingBuilder(env);
  // Downloads the module, and builds the analyzer if this is the machine's first analysis.
  await analyzeSource(builder, await builder.putArchive(sourceWith({})));
}, coldCacheMs);
afterAll(() => builder.close());

function sourceWith(files: Files): Files {
  const more = `var version = marking.Version\n// ${crypto.randomUUID()}\n`;
  return {
    'go.mod': goMod('toolchain go1.999.0', `require ${module} v1.0.0`),
    'go.sum': proxy.sums(module),
    'plugin.go': pipelinePlugin('return nil, nil', { imports: `"${module}"`, more }),
    ...files,
  };
}

/** Returns the files' paths, each with its size and time. Omits the time of blobs and module lists, which changes with each use. */
function contents(folder: string): string[] {
  return liveFiles(folder)
    .flatMap((file) => {
      const path = relative(folder, file);
      const entry = statSync(file, { throwIfNoEntry: false });
      const time = /^(?:blobs|go\/modules\/slipway)\//.test(path) ? '' : entry?.mtimeMs;
      return entry ? [`${path} ${entry.size} ${time}`] : [];
    })
    .sort();
}

/** Returns the contents after the remains of an earlier analysis are removed. */
async function keptContents(): Promise<string[]> {
  for (const folder of ['builds', 'removing'])
    await eventually(() => readdirSync(join(builder.stateFolder, folder))).toEqual([]);
  return contents(builder.stateFolder);
}

const generate = `package main\n\n//go:generate sh -c "${mark('generate')}"\n`;
const goWork = 'go 1.24\n\nuse .\n\nreplace example.com/marking => ./nested\n';

test.each<[string, Files]>([
  ['go:generate', { 'generate.go': generate }],
  ['init functions', { 'init.go': `package main\n\nimport "os"\n\n${marking('init')}` }],
  [
    'tests',
    {
      'main_test.go': `package main\n\nimport (\n\t"os"\n\t"testing"\n)\n\n${marking('test')}\nfunc TestMain(m *testing.M) { os.Exit(1) }\n`,
    },
  ],
  ['a workspace', { 'go.work': goWork, 'nested/go.mod': 'module example.com/marking\n' }],
  [
    'settings of Go',
    { 'go.env': `GOFLAGS=-toolexec=${toolexec}\n`, '.config/go/env': `GOFLAGS=-toolexec=${toolexec}\n` },
  ],
  ['a main function', { 'main.go': 'package main\n\nfunc main() { panic("main was run") }\n' }],
])('the analysis runs nothing in the source, and writes nowhere: %s', async (_, files) => {
  const archive = await builder.putArchive(sourceWith(files));
  const before = await keptContents();
  const reached = await analyzeSource(builder, archive);
  expect(reached.map(({ module: from, name, reason }) => [name, from, reason])).toEqual([
    ['FILES', `${module}@v1.0.0`, undefined],
  ]);
  await eventually(() => contents(builder.stateFolder)).toEqual(before);
  expect(readdirSync(marks)).toEqual([]);
});

test.each<[string, Files, RegExp]>([
  ['C', { 'c.go': `package main\n\n// #cgo LDFLAGS: -fplugin=${toolexec}\nimport "C"\n` }, /cgo is disabled$/],
  ['assembly', { 'add_amd64.s': `TEXT ·add(SB),4,$0\n\tRET\n` }, /native code is not allowed/],
])('a source with %s is not analyzed', async (_, files, reason) => {
  const archive = await builder.putArchive(sourceWith(files));
  const before = await keptContents();
  expect(await analyzeSource(builder, archive)).toMatchObject([
    { name: 'UNANALYZED', reason: expect.stringMatching(reason) },
  ]);
  await eventually(() => contents(builder.stateFolder)).toEqual(before);
  expect(readdirSync(marks)).toEqual([]);
});
