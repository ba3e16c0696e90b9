// Kills or stops each program used by a build while it works. The step fails with the reason, which never blames the plugin. The next
// attempt succeeds, and no file or process is left behind.
// @module-tag long
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { EnvironmentEvent, LockEvent } from '../../../src/contract/builder/environments.ts';
import { builderErrorSchema } from '../../../src/contract/builder/errors.ts';
import { sourceRefusalSchema } from '../../../src/contract/builder/sources.ts';
import { failureOf, PackageBuilder, unfinishedIn } from '../environments/wheels.ts';
import { buildSource, coldCacheMs, echo, goMod, startGoBuilder } from '../go-support.ts';
import { GitServer } from '../sources/git-server.ts';
import { eventually, handler, type TestBuilder } from '../support.ts';
import { membersOf, struck } from './striking.ts';

/** Long enough for every step on most machines, and short enough for a test. */
const limitMs = 15_000;
const limits = { environmentMs: limitMs, fetchMs: limitMs, compileMs: limitMs };
const testMs = 300_000;

const signals = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const;
const killed =
  /signal (?:SIGKILL|SIGTERM|number 9|number 15)|signal: (?:killed|terminated)|died of signal (?:9|15)|invalid index-pack output/;
const slow =
  /it did not finish within (?:15|25) s|did not finish in time|did not finish within 15 s|could not be fetched within 15 s|were not installed within 15 s/;

/** Runs the work while the program gets the signal. Returns the result once the program's process group is gone. */
async function interrupted<Result>(
  builder: TestBuilder,
  args: RegExp,
  signal: NodeJS.Signals,
  work: () => Promise<Result>,
): Promise<Result> {
  const { result, group } = await struck(builder.process.pid ?? 0, args, signal, work);
  await eventually(() => membersOf(group)).toEqual([]);
  return result;
}

/** A busy machine can exceed the short limits. Workers retry such steps, and so does this. */
const retried = <Result>(attempt: () => Promise<Result>) => expect.poll(attempt, { timeout: 120_000 });

const each = <Row extends readonly [string, RegExp, ...unknown[]]>(rows: readonly Row[]) =>
  rows.flatMap((row) => signals.flatMap((signal) => (ignores(row, signal) ? [] : [[signal, row[0], row] as const])));

/** The first process of a namespace gets no signal from outside that it doesn't handle, except SIGKILL and SIGSTOP. */
const firstOfNamespace = 'the first process of its namespace';
const ignores = (row: readonly unknown[], signal: string) => signal === 'SIGTERM' && row.includes(firstOfNamespace);

describe('packages', { tags: ['uv'] }, () => {
  let packages: PackageBuilder;
  beforeAll(async () => {
    packages = await PackageBuilder.start({ limits });
  });
  afterAll(() => packages.builder.close());

  /** Adds a new package that gives every program work to do. */
  function addPackage(): string {
    const name = `struck_${randomUUID().slice(0, 8)}`;
    const modules = Array.from({ length: 100 }, (_, at) => [`${name}/m${at}.py`, `NAME = "${name}"\n`.repeat(500)]);
    packages.add({ name, files: Object.fromEntries(modules) });
    return name;
  }

  const programs = [
    ['uv, which resolves', /uv-[\d.]+ pip compile/],
    ['uv, which installs', /uv-[\d.]+ pip install/],
    ['the compiler', /utf8 \S*compile_all\.py /, firstOfNamespace],
    ['the unpacker of what it prints', /utf8 \S*unpack\.py .* \.pyc $/],
    ['the packer', /utf8 \S*pack\.py /],
    ['the program that compresses', /archive-program\.ts /],
  ] as const;

  test.each(each(programs))(
    'a killed package program fails its work with the reason: %s of %s',
    { timeout: testMs },
    async (signal, _which, [, args]) => {
      let name = '';
      const attempt = async (): Promise<LockEvent | EnvironmentEvent | undefined> => {
        const locked = (await packages.lockEvents(name)).at(-1);
        return locked?.type === 'locked' ? (await packages.installEvents(locked.lock)).at(-1) : locked;
      };
      const first = () => {
        name = addPackage();
        return attempt();
      };
      const failure = failureOf(await interrupted(packages.builder, args, signal, first));
      expect(failure).toMatch(/^retried (?:limit-exceeded|install-failed): (?:uv|The package|The packages) /);
      expect(failure).toMatch(signal === 'SIGSTOP' ? slow : killed);
      await eventually(() => unfinishedIn(packages.builder.stateFolder)).toEqual([]);
      await retried(attempt).toMatchObject({ type: 'installed' });
      expect(unfinishedIn(packages.builder.stateFolder)).toEqual([]);
    },
  );

  test.each(signals)(
    'a killed unpacker fails its step, and a retry succeeds: %s of the unpacker of a package',
    { timeout: testMs },
    async (signal) => {
      const name = addPackage();
      const { environment, packages: made } = await packages.install(name);
      const [one] = made;
      if (!one) throw new Error('nothing was packed');
      const parts = one.parts.map(({ sha256 }) => sha256);
      const other = await PackageBuilder.start({ limits });
      try {
        for (const part of parts) await other.builder.send('PUT', `/blobs/${part}`, await packages.blob(part));
        const files = handler('def predict(self, request): return {"name": m7.NAME}', `from ${name} import m7`);
        const unpack = () => other.builder.send('PUT', `/packages/${one.key}`, JSON.stringify({ parts }));
        const { body } = await interrupted(other.builder, /utf8 \S*unpack\.py /, signal, unpack);
        expect(JSON.stringify(body)).toMatch(/The package could not be unpacked: /);
        expect(JSON.stringify(body)).toMatch(signal === 'SIGSTOP' ? slow : killed);
        expect(unfinishedIn(other.builder.stateFolder)).toEqual([]);
        expect((await unpack()).status).toBe(204);
        expect(await other.result('again', files, environment)).toEqual({ name });
      } finally {
        await other.builder.close();
      }
    },
  );
});

describe('Go', { tags: ['go'] }, () => {
  let builder: TestBuilder;
  beforeAll(async () => {
    builder = await startGoBuilder({ limits });
    const warm = await startGoBuilder();
    await buildSource(warm, { 'go.mod': goMod(), 'plugin.go': echo }, { wasm: true });
    await warm.close();
    await buildSource(builder, { 'go.mod': goMod(), 'plugin.go': echo }, { wasm: true });
  }, coldCacheMs);
  afterAll(() => builder.close());

  const programs = [
    ['the program that prepares the source', /prepare-\S+ -source /],
    ['go list', /\/go list -deps /],
    ['go build', /\/go build .* -o \/\S+ \. $/, firstOfNamespace],
    ['a compiler that go build starts', /\/compile -o .* -p main /],
  ] as const;

  test.each(each(programs))(
    'a killed Go program fails its work with the reason: %s of %s',
    { timeout: testMs },
    async (signal, which, [, args]) => {
      let unique = '';
      const build = () => {
        const files = { 'go.mod': goMod(), 'plugin.go': `${echo}\nvar unique = "${unique}"\n` };
        return buildSource(builder, files, { wasm: true });
      };
      const first = () => {
        unique = randomUUID();
        return build();
      };
      const outcome = await interrupted(builder, args, signal, first);
      const limit = which.includes('prepares') ? /it did not finish within 20 s/ : slow;
      expect(outcome).toMatchObject({
        type: 'failed',
        deterministic: false,
        error:
          signal === 'SIGSTOP'
            ? { code: 'limit-exceeded', message: expect.stringMatching(limit) }
            : { code: 'build-failed', message: expect.stringMatching(killed) },
      });
      await eventually(() => readdirSync(join(builder.stateFolder, 'builds'))).toEqual([]);
      await retried(build).toMatchObject({ type: 'built', build: { wasm: { artifact: {} } } });
      await eventually(() => readdirSync(join(builder.stateFolder, 'builds'))).toEqual([]);
    },
  );
});

describe('Git', { tags: ['git'] }, () => {
  let git: GitServer;
  let builder: TestBuilder;
  beforeAll(async () => {
    git = await GitServer.start();
    builder = await startGoBuilder({ limits });
  });
  afterAll(async () => {
    await builder.close();
    await git.close();
  });

  /** Enough that no program has ended before its signal arrives. */
  const files = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`data/${at}.txt`, randomUUID().repeat(100)]),
  );

  const programs = [
    ['git ls-remote', /\/git .* ls-remote /],
    ['git fetch', /\/git .* fetch -q /],
    ['git index-pack', / index-pack --stdin/],
    ['git cat-file', /\/git .* cat-file /],
  ] as const;

  test.each(each(programs))(
    'a killed Git program fails its work with the reason: %s of %s',
    { timeout: testMs },
    async (signal, _which, [, args]) => {
      const repository = git.repository(randomUUID());
      repository.commit({ 'plugin.go': echo, ...files });
      const fetch = async () => {
        const body = JSON.stringify({ repository: repository.url, ref: 'main' });
        return builder.fetch('/sources', { method: 'POST', body });
      };
      const response = await interrupted(builder, args, signal, fetch);
      const body = z.union([sourceRefusalSchema, builderErrorSchema]).parse(await response.json());
      const { code, message } = 'refused' in body ? body.refused : body.error;
      expect(code).toBe(signal === 'SIGSTOP' ? 'fetch-timeout' : 'internal');
      expect(message).toMatch(signal === 'SIGSTOP' ? slow : killed);
      expect(readdirSync(join(builder.stateFolder, 'sources'))).toEqual([]);
      const again = await fetch();
      expect([again.status, again.headers.get('content-type')]).toEqual([200, 'application/zip']);
      await again.arrayBuffer();
      expect(readdirSync(join(builder.stateFolder, 'sources'))).toEqual([]);
    },
  );
});
