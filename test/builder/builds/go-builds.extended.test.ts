// Tests POST /builds with the real toolchain: artifacts, stored results, and messages for refused and failing sources. Takes 5 s: each
// source is prepared or compiled by Go.
// @module-tag go
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BuildEvent, buildKey } from '../../../src/contract/builder/builds.ts';
import {
  buildEvents,
  buildSource,
  coldCacheMs,
  echo,
  failureOf,
  goMod,
  pipelinePlugin,
  startGoBuilder,
} from '../go-support.ts';
import { eventually, type Files, newFolder, type TestBuilder } from '../support.ts';

const source: Files = { 'go.mod': goMod(), 'plugin.go': echo };

let builder: TestBuilder;
let archive: string;
/** The events of the archive's first build, which also fills an empty compile cache. */
let events: BuildEvent[];
beforeAll(async () => {
  builder = await startGoBuilder({ limits: { artifactBytes: 24 * 1024 * 1024 } });
  archive = await builder.putArchive(source);
  events = await buildEvents(builder, archive);
}, coldCacheMs);
afterEach(() => eventually(leftovers).toEqual([]));
afterAll(() => builder.close());

function leftovers(): string[] {
  return readdirSync(join(builder.stateFolder, 'builds'));
}

describe('an artifact', () => {
  test("a Go plugin's artifact is reported step by step with its provenance, and found again on a second request", async () => {
    expect(events.map((event) => (event.type === 'step' ? event.step : event.type))).toEqual([
      ...['wait', 'unpack', 'prepare', 'compile'],
      'built',
    ]);
    const { capabilities } = JSON.parse(await (await builder.fetch('/health')).text());
    const { toolchain, target, recipe } = capabilities.builds;
    const built = events.at(-1);
    expect(built).toEqual({
      type: 'built',
      build: {
        key: await buildKey({ archive }, recipe),
        artifact: { sha256: expect.any(String), size_bytes: expect.any(Number) },
        provenance: {
          archive,
          commit: null,
          toolchain,
          target,
          recipe,
          flags: expect.arrayContaining(['-trimpath', 'CGO_ENABLED=0']),
          modules: [{ path: 'github.com/mimir-aip/mimir-aip-go', version: 'v0.0.0', sum: null }],
        },
        cached: false,
        duration_ms: expect.any(Number),
      },
    });
    const again = await buildEvents(builder, archive);
    expect(again).toEqual([
      { ...built, build: { ...sameBuild(built), cached: true, duration_ms: expect.any(Number) } },
    ]);
  });

  test("a Go plugin's artifact is byte-identical when another builder builds it in another folder", {
    tags: 'long',
  }, async () => {
    const other = await startGoBuilder();
    const [one, two] = [await buildSource(builder, source), await buildSource(other, source, { scope: 'plg_other' })];
    await other.close();
    expect(sameBuild(two).artifact).toEqual(sameBuild(one).artifact);
    expect(sameBuild(two)).toMatchObject({ cached: false });
  });

  test("a Go plugin's artifact is built once for concurrent requests", async () => {
    const other = await builder.putArchive({ ...source, 'again.txt': 'another source' });
    const [one, two] = await Promise.all([buildEvents(builder, other), buildEvents(builder, other)]);
    // The first event is each request's own queue position. The remaining events come from the same build.
    expect(two.slice(1)).toEqual(one.slice(1));
  });

  test("a Go plugin's artifact is rebuilt after eviction", { tags: 'long' }, async () => {
    const archive = await builder.putArchive({ ...source, 'evicted.txt': 'another source' });
    const first = sameBuild((await buildEvents(builder, archive)).at(-1));
    const path = join(builder.stateFolder, 'blobs', first.artifact.sha256);
    rmSync(path);
    const second = sameBuild((await buildEvents(builder, archive)).at(-1));
    expect(second).toMatchObject({ artifact: first.artifact, cached: false });
    expect(existsSync(path)).toBe(true);
  });

  test("a Go plugin's artifact can't be built without its archive, and the error names the archive", async () => {
    const archive = 'ab'.repeat(32);
    const body = JSON.stringify({ runtime: 'go', archive, commit: null, scope: 'plg_test' });
    const answer = await builder.send('POST', '/builds', body);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'blob-missing', missing: [archive] } } });
  });
});

function sameBuild(event: unknown) {
  const { build } = event as Extract<Awaited<ReturnType<typeof buildSource>>, { type: 'built' }>;
  return build;
}

test('configuration files for other tools have no effect, and none of those tools runs', async () => {
  const canary = join(newFolder(), 'canary');
  const outcome = await buildSource(builder, {
    'go.mod': goMod('toolchain go1.99.0'),
    'go.work': 'go 1.24\nuse ../../../etc\n',
    'vendor/modules.txt': '# nothing\n',
    'plugin.go': pipelinePlugin('return nil, nil', { more: `//go:generate touch ${canary}\n\nfunc main() {}\n` }),
    'plugin_test.go': 'package main_test\n\nfunc init() { panic(0) }\n',
    'tools.go': '//go:build ignore\n\npackage tools\n',
    Makefile: `all:\n\ttouch ${canary}\n`,
  });
  expect(outcome.type === 'failed' ? outcome.error : undefined).toBe(undefined);
  expect(existsSync(canary)).toBe(false);
});

describe('a source is refused if it has', () => {
  const plugin = { 'go.mod': goMod(), 'plugin.go': echo };
  const refused = (why: string) => `source-refused: ${why}`;
  test.each<[string, Files, string]>([
    [
      'cgo',
      { ...plugin, 'c.go': 'package main\n\n// int f() { return 1; }\nimport "C"\n' },
      refused('c.go:4:8: import "C": cgo is disabled'),
    ],
    [
      'linkname',
      { ...plugin, 'a/b.go': 'package a\n\nimport _ "unsafe"\n\n//go:linkname now time.now\nfunc now()\n' },
      refused('a/b.go:5: //go:linkname is not allowed'),
    ],
    [
      'linkname under a forged position',
      { ...plugin, 'l.go': 'package main\n\n//line harmless.go:1\n//go:linkname a b\n' },
      refused('l.go:4: //go:linkname is not allowed'),
    ],
    [
      'assembly',
      { ...plugin, 'a.s': 'TEXT ·f(SB),0,$0\n' },
      refused('a.s: native code is not allowed; only Go source is compiled'),
    ],
    [
      'an object to link',
      { ...plugin, 'a.syso': 'ELF' },
      refused('a.syso: native code is not allowed; only Go source is compiled'),
    ],
    [
      'a local replacement',
      { ...plugin, 'go.mod': goMod('replace golang.org/x/sys => ../../sys') },
      refused('go.mod: golang.org/x/sys is replaced by the local path ../../sys; use a published version'),
    ],
    [
      'an invalid go.mod',
      { ...plugin, 'go.mod': 'modul x\n' },
      refused('go: errors parsing go.mod:\ngo.mod:1: unknown directive: modul'),
    ],
    [
      "the host's own name",
      { ...plugin, 'go.mod': 'module github.com/mimir-aip/mimir-aip-go\n' },
      refused('go.mod: the module path github.com/mimir-aip/mimir-aip-go is reserved; use another path'),
    ],
    [
      'no Plugin',
      { 'plugin.go': 'package main\n\nfunc Plugin() {}\n' },
      refused('package main has no package-level `var Plugin`; declare one'),
    ],
    [
      'another package',
      { 'plugin.go': 'package plugin\n\nvar Plugin int\n' },
      refused('plugin.go is in package plugin; plugins must be package main'),
    ],
    [
      'no Go at all',
      { 'README.md': 'hello' },
      refused('there are no Go files at the root of the repository or in actions/; a plugin needs at least one'),
    ],
    [
      "a file of Slipway's own name",
      { ...plugin, 'zz_slipway_entry.go': 'package main\n' },
      refused('zz_slipway_entry.go is a reserved file name; rename the file'),
    ],
    [
      'an unsafe archive',
      { '../escape.go': 'package main' },
      'archive-invalid: Unsafe path in archive: ../escape.go (contains `..`)',
    ],
  ])('a source is refused if it has %s', async (_, files, expected) => {
    expect(await failureOf(builder, files)).toBe(expected);
  });
});

describe('sources that do not compile', () => {
  test.each<[string, Files, string[]]>([
    [
      'type errors, with the messages and positions of the compiler',
      { 'go.mod': goMod(), 'plugin.go': pipelinePlugin('var n int = "x"\n\treturn missing, nil') },
      ['plugin.go:13:14: cannot use "x"', 'plugin.go:14:9: undefined: missing'],
    ],
    [
      'an error in a file of actions/, with its path',
      { 'plugin.go': echo, 'actions/act.go': 'package main\n\nfunc act() { retrun }\n' },
      ['actions/act.go:3:14: undefined: retrun'],
    ],
    [
      'a newer language version, without downloading a toolchain',
      { 'go.mod': 'module x\n\ngo 1.99\n', 'plugin.go': echo },
      ['go: go.mod requires go >= 1.99 (running go', '; GOTOOLCHAIN=local)'],
    ],
    [
      'files embedded from outside',
      {
        'plugin.go': pipelinePlugin('return nil, nil', {
          imports: '_ "embed"',
          more: '//go:embed ../../../../etc/passwd\nvar secret string\n',
        }),
      },
      ['plugin.go:15:12: pattern ../../../../etc/passwd: invalid pattern syntax'],
    ],
    [
      'two packages in one folder',
      { 'plugin.go': echo, 'plugin_test.go': 'package other\n' },
      ['found packages main (plugin.go) and other (plugin_test.go) in .'],
    ],
    [
      'a module that go.mod does not require',
      { 'go.mod': goMod(), 'plugin.go': pipelinePlugin('return nil, nil', { imports: '_ "example.com/absent"' }) },
      ['plugin.go:5:2: cannot find module providing package example.com/absent'],
    ],
  ])('sources that do not compile fail with the reason: %s', async (_, files, parts) => {
    const outcome = await buildSource(builder, files);
    if (outcome.type === 'built') throw new Error('it was built');
    expect(outcome).toMatchObject({ error: { code: 'compile-failed' }, deterministic: true });
    for (const part of parts) expect(outcome.error.message).toContain(part);
    for (const place of [builder.stateFolder, process.cwd(), tmpdir(), '/usr']) {
      expect(outcome.error.message).not.toContain(place);
    }
  });

  test('sources that do not compile fail the second time from the stored result', { tags: 'long' }, async () => {
    const archive = await builder.putArchive({ 'plugin.go': 'package main\n\nvar Plugin = nothing\n' });
    const [failed] = (await buildEvents(builder, archive)).slice(-1);
    expect(await buildEvents(builder, archive)).toEqual([failed]);
  });

  test('sources that exceed a limit are stopped, and can be retried', { tags: 'long' }, async () => {
    const more = 'var bomb = [64 << 20]byte{1: 1, 63 << 20: 1}\n\nfunc init() { bomb[2]++ }\n';
    const archive = await builder.putArchive({ 'plugin.go': pipelinePlugin('return nil, nil', { more }) });
    for (let attempt = 1; attempt <= 2; attempt++) {
      const events = await buildEvents(builder, archive);
      expect(events[0]).toMatchObject({ type: 'step', step: 'wait' });
      expect(events.at(-1)).toMatchObject({
        type: 'failed',
        error: { code: 'limit-exceeded' },
        deterministic: false,
      });
    }
  });
});
