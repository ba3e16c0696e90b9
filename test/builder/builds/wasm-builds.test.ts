// Tests POST /builds with `wasm`: the module beside the executable, and the reason if there is no module.
// @module-tag go
// @module-tag long
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildKey } from '../../../src/contract/builder/builds.ts';
import {
  buildEvents,
  buildSource,
  coldCacheMs,
  echo,
  goMod,
  pipelinePlugin,
  startGoBuilder,
  wasmOf,
} from '../go-support.ts';
import type { Files, TestBuilder } from '../support.ts';

const source: Files = { 'go.mod': goMod(), 'plugin.go': echo };

let builder: TestBuilder;
beforeAll(async () => {
  builder = await startGoBuilder();
  await wasmOf(builder, source);
}, coldCacheMs);
afterAll(() => builder.close());

async function moduleOf(files: Files, options?: Parameters<typeof wasmOf>[2], from = builder) {
  const outcome = await wasmOf(from, files, options);
  if ('reason' in outcome) throw new Error(outcome.reason);
  return outcome;
}

function blob(sha256: string): Buffer<ArrayBuffer> {
  return Buffer.from(readFileSync(join(builder.stateFolder, 'blobs', sha256)));
}

describe('a module', () => {
  test('a WebAssembly module is built after the executable, with its own provenance and key', async () => {
    const archive = await builder.putArchive({ ...source, 'a.txt': 'another source' });
    const events = await buildEvents(builder, archive, { wasm: true });
    expect(events.map((event) => (event.type === 'step' ? event.step : event.type))).toEqual([
      ...['wait', 'unpack', 'prepare', 'compile', 'compile-wasm'],
      'built',
    ]);
    const { capabilities } = JSON.parse(await (await builder.fetch('/health')).text());
    const { recipe, target, toolchain } = capabilities.builds;
    expect(events.at(-1)).toMatchObject({
      build: {
        key: await buildKey({ archive, wasm: true }, recipe),
        provenance: { target },
        wasm: {
          provenance: {
            archive,
            commit: null,
            toolchain,
            target: 'wasip1/wasm',
            recipe,
            flags: expect.arrayContaining(['-buildmode=c-shared', '-trimpath', 'GOOS=wasip1', 'GOARCH=wasm']),
            modules: [{ path: 'github.com/mimir-aip/mimir-aip-go', version: 'v0.0.0', sum: null }],
          },
        },
      },
    });
  });

  test('a WebAssembly module exports the functions that a host calls, and a memory of at most 96 MiB', async () => {
    const { artifact } = await moduleOf(source);
    const bytes = blob(artifact.sha256);
    expect(bytes).toHaveLength(artifact.size_bytes);
    for (const name of ['_initialize', 'slipway_alloc', 'slipway_call', 'slipway_result', 'slipway_free'])
      expect(bytes.includes(name)).toBe(true);
    expect(memoryPagesMax(bytes)).toBe(1536);
  });

  test('a WebAssembly module is byte-identical when another builder builds it in another folder, and the executable is the same as without a module', async () => {
    const other = await startGoBuilder();
    const module = await moduleOf(source);
    const again = await moduleOf(source, { scope: 'plg_other' }, other);
    const native = await buildSource(other, source, { scope: 'plg_third' });
    await other.close();
    expect(again.artifact).toEqual(module.artifact);
    const both = await buildSource(builder, source, { wasm: true });
    expect(native).toMatchObject({ build: { artifact: both.type === 'built' && both.build.artifact } });
    expect(native.type === 'built' && native.build.wasm).toBe(undefined);
  });

  test('a WebAssembly module is rebuilt after eviction', async () => {
    const { artifact } = await moduleOf(source);
    rmSync(join(builder.stateFolder, 'blobs', artifact.sha256));
    const built = await buildSource(builder, source, { wasm: true });
    expect(built).toMatchObject({ build: { cached: false, wasm: { artifact } } });
    expect(await buildSource(builder, source, { wasm: true })).toMatchObject({ build: { cached: true } });
  });
});

describe('an executable without a module is built for a plugin that', () => {
  const uses = (path: string, use: string) =>
    pipelinePlugin('return nil, nil', { imports: `"${path}"`, more: `var used = ${use}\n` });
  test.each<[string, Files, string]>([
    ['waits for signals', { 'plugin.go': uses('os/signal', 'signal.Notify') }, 'uses os/signal: needs a container'],
    [
      'has a package that uses programs',
      {
        'go.mod': goMod(),
        'plugin.go': pipelinePlugin('return nil, nil', { imports: '_ "example.com/plugin/run"' }),
        'run/run.go': 'package run\n\nimport _ "os/exec"\n',
      },
      'uses os/exec: needs a container',
    ],
    [
      'does not compile for it',
      {
        'plugin.go': uses('strings', 'strings.ToUpper(name)'),
        'linux.go': '//go:build linux\n\npackage main\n\nconst name = "linux"\n',
      },
      'does not build for WebAssembly (plugin.go:15:28: undefined: name): needs a container',
    ],
    [
      'imports a package that has no files for it',
      {
        'go.mod': goMod(),
        'plugin.go': pipelinePlugin('return nil, nil', { imports: '_ "example.com/plugin/own"' }),
        'own/own_linux.go': 'package own\n',
      },
      'does not build for WebAssembly (package example.com/plugin',
    ],
  ])('an executable without a module is built for a plugin that %s', async (_, files, reason) => {
    const outcome = await wasmOf(builder, files);
    expect('reason' in outcome && outcome.reason).toContain(reason);
  });
});

test('an error in the source fails the build as without a module', async () => {
  const outcome = await buildSource(builder, { 'plugin.go': 'package main\n\nvar Plugin = nothing\n' }, { wasm: true });
  expect(outcome).toMatchObject({ type: 'failed', error: { code: 'compile-failed' }, deterministic: true });
});

/** Reads the maximum from the module's memory section. */
function memoryPagesMax(module: Buffer): number | undefined {
  for (let offset = 8; offset < module.length; ) {
    const [size, content] = leb(module, offset + 1);
    if (module[offset] === 5) return leb(module, leb(module, content + 2)[1])[0];
    offset = content + size;
  }
  return undefined;
}

function leb(bytes: Buffer, offset: number, shift = 0): [number, number] {
  const byte = bytes.readUInt8(offset);
  if (byte < 0x80) return [byte << shift, offset + 1];
  const [rest, end] = leb(bytes, offset + 1, shift + 7);
  return [((byte & 0x7f) << shift) | rest, end];
}
