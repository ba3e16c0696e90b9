// @module-tag uv
// @module-tag long
// Tests resolutions and installations that race, whose builder is killed, or whose index fails.
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Package } from '../../../src/contract/builder/packages.ts';
import { eventually, handler, isAlive, newFolder } from '../support.ts';
import { PackageIndex } from './package-index.ts';
import { failureOf, PackageBuilder, refOf, unfinishedIn, writeWheel } from './wheels.ts';

let wheels: string;
let index: PackageIndex;
let packages: PackageBuilder;

beforeEach(async () => {
  wheels = newFolder();
  writeWheel(wheels, { name: 'slow_top', files: { 'slow_top.py': 'import slow_base\n' }, requires: ['slow-base'] });
  writeWheel(wheels, {
    name: 'slow_base',
    files: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`slow_base/m${at}.py`, 'x = 1\n'.repeat(500)])),
  });
  index = await PackageIndex.start(wheels);
  packages = await PackageBuilder.start({ env: { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url } });
});

afterEach(async () => {
  index.close();
  await packages.builder.close();
});

const files = handler('def predict(self, request): return {"name": slow_top.slow_base.__name__}', 'import slow_top');

/** Reads events until one contains the text, then kills the builder. Returns its child processes. */
async function killAt(path: string, body: object, text: string): Promise<number[]> {
  const { builder } = packages;
  const response = await builder.fetch(path, { method: 'POST', body: JSON.stringify(body) });
  let read = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    read += chunk;
    if (read.includes(text)) break;
  }
  expect(read).toContain(text);
  const started = builder.workers();
  await builder.kill('SIGKILL');
  return started;
}

/** Starts a builder with the killed builder's state, and expects that everything works and nothing is left over. */
async function expectRecovery(left: number[]): Promise<void> {
  await eventually(() => left.filter(isAlive)).toEqual([]);
  index.stalled = undefined;
  const { stateFolder } = packages.builder;
  packages = await PackageBuilder.start({ stateFolder, env: { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url } });
  expect(unfinishedIn(stateFolder)).toEqual([]);
  const { environment } = await packages.install('slow-top');
  expect(await packages.result('again', files, environment)).toEqual({ name: 'slow_base' });
  expect(unfinishedIn(stateFolder)).toEqual([]);
}

/** Sends half of a package's last part. */
async function cutUpload({ builder }: PackageBuilder, from: PackageBuilder, { parts }: Package): Promise<void> {
  const { sha256 = '' } = parts.at(-1) ?? {};
  const bytes = await from.blob(sha256);
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(bytes.subarray(0, bytes.length / 2)),
  });
  builder.fetch(`/blobs/${sha256}`, { method: 'PUT', body, duplex: 'half' }).catch(() => {});
  const blobs = join(builder.stateFolder, 'blobs');
  await eventually(() => readdirSync(blobs).some((name) => name.startsWith(sha256))).toBe(true);
}

/** Starts unpacking a package, and returns once unpacking has begun. */
async function cutUnpacking({ builder }: PackageBuilder, from: PackageBuilder, { key, parts }: Package): Promise<void> {
  const digests = parts.map(({ sha256 }) => sha256);
  for (const sha256 of digests) await builder.send('PUT', `/blobs/${sha256}`, await from.blob(sha256));
  const body = JSON.stringify({ parts: digests });
  builder.fetch(`/packages/${key}`, { method: 'PUT', body }).catch(() => {});
  await eventually(() => unfinishedIn(builder.stateFolder).length > 0).toBe(true);
}

describe('a killed builder leaves nothing that breaks the next attempt', () => {
  test('a builder killed while it resolves leaves nothing that breaks the next attempt', async () => {
    index.stalled = /slow-base\/$/;
    const requirements = [{ text: 'slow-top', at: 'manifest.py' }];
    await expectRecovery(await killAt('/locks', { requirements }, '"resolve"'));
  });

  test.each([
    ['downloads', /slow_base.*whl$/, '"download"'],
    ['compiles', undefined, '"compile"'],
    ['packs the archive', undefined, '"archive"'],
  ])('a builder killed while it %s leaves nothing that breaks the next attempt', async (_what, stalled, text) => {
    const { digest, text: lockText } = await packages.lock('slow-top');
    index.stalled = stalled;
    const spec = { lock: { digest, text: lockText }, target: packages.target, stored: [] };
    await expectRecovery(await killAt('/environments', spec, text));
  });

  test("a builder killed while it unpacks an instance's environment leaves nothing that breaks the next attempt", async () => {
    const { environment, packages: made } = await packages.install('slow-top');
    const other = await PackageBuilder.start();
    for (const one of made) await other.send(packages, one);
    const { builder } = packages;
    packages = other;
    await builder.close();
    const spec = await other.spec(files, environment);
    const response = await other.builder.fetch('/instances/cut', { method: 'PUT', body: JSON.stringify(spec) });
    expect(response.status).toBe(200);
    await other.builder.kill('SIGKILL');
    packages = await PackageBuilder.start({ stateFolder: other.builder.stateFolder });
    expect(await packages.result('again', files, environment)).toEqual({ name: 'slow_base' });
    expect(readdirSync(join(other.builder.stateFolder, 'environments', 'installed'))).toEqual([refOf(environment).key]);
  });

  test.each([
    ['receives a part', cutUpload],
    ['unpacks a package', cutUnpacking],
  ])('a builder killed while it %s leaves nothing that breaks the next attempt', async (_what, cut) => {
    const { environment, packages: made } = await packages.install('slow-top');
    const other = await PackageBuilder.start();
    const { stateFolder } = other.builder;
    for (const one of made) await cut(other, packages, one);
    await other.builder.kill('SIGKILL');
    const next = await PackageBuilder.start({ stateFolder });
    try {
      await eventually(() => readdirSync(join(stateFolder, 'blobs')).filter((name) => name.endsWith('.part'))).toEqual(
        [],
      );
      expect([unfinishedIn(stateFolder), readdirSync(join(stateFolder, 'environments', 'packages'))]).toEqual([[], []]);
      for (const one of made) await next.send(packages, one);
      expect(await next.result('again', files, environment)).toEqual({ name: 'slow_base' });
    } finally {
      await next.builder.close();
    }
  });
});

test('equal concurrent requests share one resolution and one installation', async () => {
  const locks = await Promise.all([packages.lock('slow-top'), packages.lock('slow-top')]);
  expect(locks[0]).toEqual(locks[1]);
  index.requests.length = 0;
  const [first, second] = await Promise.all(locks.map((lock) => packages.installEvents(lock)));
  expect(first).toEqual(second);
  expect(index.requests.filter((path) => path.endsWith('.whl')).sort()).toEqual([
    '/simple/slow-base/slow_base-1.0.0-py3-none-any.whl',
    '/simple/slow-top/slow_top-1.0.0-py3-none-any.whl',
  ]);
});

describe("an organization's hanging work", () => {
  beforeEach(async () => {
    const { stateFolder } = packages.builder;
    await packages.builder.close();
    const env = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url };
    packages = await PackageBuilder.start({ stateFolder, limits: { environmentsPerOrganization: 1 }, env });
    writeWheel(wheels, { name: 'quick' });
  });

  function post(path: string, body: object): Promise<string> {
    const answer = packages.builder.fetch(path, { method: 'POST', body: JSON.stringify(body) });
    return answer.then((response) => response.text()).catch(() => 'lost');
  }

  const resolve = (organization: string, text: string) =>
    post('/locks', { organization, requirements: [{ text, at: 'manifest.py' }] });

  /** Occupies the organization's only slot. Returns whether it still does. */
  async function hang(organization: string): Promise<() => boolean> {
    index.stalled = /slow-base\/$/;
    let hangs = true;
    void resolve(organization, 'slow-top').then(() => {
      hangs = false;
    });
    await eventually(() => index.requests.some((path) => path.endsWith('/slow-base/'))).toBe(true);
    return () => hangs;
  }

  test("an organization's hanging work delays only that organization's next work", async () => {
    const hangs = await hang('org_a');
    let isAnswered = false;
    void resolve('org_a', 'quick').then(() => {
      isAnswered = true;
    });
    expect(await resolve('org_b', 'quick>=1')).toContain('"type":"locked"');
    expect([hangs(), isAnswered]).toEqual([true, false]);
  });

  test("an organization's hanging work does not delay another organization's equal resolution, whose result also answers the waiting request", async () => {
    const hangs = await hang('org_a');
    const waits = resolve('org_a', 'quick');
    await packages.builder.fetch('/health'); // by then, the previous request has arrived
    expect(await resolve('org_b', 'quick')).toContain('"type":"locked"');
    expect(await waits).toContain('"type":"locked"');
    expect(hangs()).toBe(true);
    expect(index.requests.filter((path) => path === '/simple/quick/')).toHaveLength(1);
  });

  test("an organization's hanging work does not delay another organization's equal installation, whose result also answers the waiting request", async () => {
    const { digest, text } = await packages.lock('quick');
    const install = (organization: string) =>
      post('/environments', { organization, lock: { digest, text }, target: packages.target, stored: [] });
    const hangs = await hang('org_a');
    const waits = install('org_a');
    await packages.builder.fetch('/health'); // by then, the previous request has arrived
    expect(await install('org_b')).toContain('"type":"installed"');
    expect(await waits).toContain('"type":"installed"');
    expect(hangs()).toBe(true);
    expect(index.requests.filter((path) => path.endsWith('.whl'))).toHaveLength(1);
  });
});

test('a download whose announced size is too large is stopped before it completes', async () => {
  writeWheel(wheels, { name: 'slow_large', files: { 'large.bin': randomBytes(25_000_000) } }); // not compressible
  const limits = { environmentBytes: 20_000_000 };
  const other = await PackageBuilder.start({ limits, env: { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: index.url } });
  try {
    const lock = await other.lock('slow-large');
    index.stalled = /slow_large.*whl$/;
    expect(failureOf((await other.installEvents(lock)).at(-1))).toMatch(/^too-large: /);
  } finally {
    await other.builder.close();
  }
});

test('an unresponsive index is retried later, and a yanked version is used only if it is pinned', async () => {
  writeWheel(wheels, { name: 'slow_base', version: '2.0.0' });
  index.yanked = /slow_base-2/;
  expect((await packages.lock('slow-base')).packages).toMatchObject([{ version: '1.0.0' }]);
  const pinned = await packages.lockEvents('slow-base==2.0.0');
  expect(pinned.at(-1)).toMatchObject({ type: 'locked', lock: { packages: [{ version: '2.0.0' }] } });
  const lines = pinned.flatMap((event) => (event.type === 'log' ? [event.line] : []));
  expect(lines.join('\n')).toContain('slow-base==2.0.0` is yanked (reason: "broken")');
  index.close();
  expect(await packages.failure('slow-top', 'slow-base')).toMatch(
    /^retried index-unreachable: .*Failed to fetch: .*slow-/s,
  );
});
