// @module-tag uv
// @module-tag long
// Tests packages from an organization's own indexes: which index is asked, which requests carry the credential, and
// who gets the packages.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { LockRequest } from '../../../src/contract/builder/environments.ts';
import type { PythonIndex } from '../../../src/contract/builder/python-indexes.ts';
import { descendantsOf } from '../builds/striking.ts';
import { liveTexts, processText } from '../live-files.ts';
import { hasInMemory } from '../sources/process-memory.ts';
import { eventually, handler, newFolder } from '../support.ts';
import { PackageIndex } from './package-index.ts';
import { failureOf, installationOf, linesOf, namesOf, PackageBuilder, writeWheel } from './wheels.ts';

const token = 'pypi-7f3a90c1';
const organization = 'org_a';

let open: PackageIndex;
let own: PackageIndex;
let elsewhere: PackageIndex;
let packages: PackageBuilder;
const folders = { open: newFolder(), own: newFolder() };
beforeAll(async () => {
  const value = (name: string, text: string) => ({ [`${name}.py`]: `VALUE = "${text}"\n` });
  writeWheel(folders.open, { name: 'common', version: '1.0', files: value('common', 'public') });
  writeWheel(folders.open, { name: 'acme_ocr', version: '99.0', files: value('acme_ocr', 'stranger') });
  writeWheel(folders.open, { name: 'acme_absent', version: '1.0' });
  writeWheel(folders.open, { name: 'needs_acme', version: '1.0', requires: ['acme-base'] });
  writeWheel(folders.own, {
    name: 'acme_ocr',
    version: '1.2',
    files: value('acme_ocr', 'private'),
    requires: ['acme-base>=1', 'common'],
  });
  writeWheel(folders.own, { name: 'acme_base', version: '1.0', files: value('acme_base', 'base') });
  writeWheel(folders.own, { name: 'common', version: '99.0', files: value('common', 'wrong') });
  writeWheel(folders.own, { name: 'acme_moved', version: '1.0' });
  writeWheel(folders.own, { name: 'acme_late', version: '1.0' });
  open = await PackageIndex.start(folders.open);
  own = await PackageIndex.start(folders.own);
  elsewhere = await PackageIndex.start(folders.own);
  packages = await builderOf({});
});
afterAll(async () => {
  for (const index of [open, own, elsewhere]) index.close();
  await packages.builder.close();
});
afterEach(() => {
  for (const index of [open, own, elsewhere]) {
    index.requests.length = 0;
    index.credentials.length = 0;
    index.refused = undefined;
    index.stalled = undefined;
  }
  packages.hosted = hosted();
});

async function builderOf(env: Record<string, string>): Promise<PackageBuilder> {
  const settings = { BUILDER_WHEELS: '', UV_DEFAULT_INDEX: open.url, SLIPWAY_ALLOW_LOOPBACK: '1', ...env };
  const made = await PackageBuilder.start({ env: settings });
  made.hosted = hosted();
  return made;
}

function indexOf(changes: Partial<PythonIndex> = {}): PythonIndex {
  const credential = { username: '__token__', token, expires_at: null };
  return { url: `${own.url}/`, packages: ['acme-*'], credential, ...changes };
}

function hosted(...changes: Partial<PythonIndex>[]): Pick<LockRequest, 'organization' | 'indexes'> {
  own.accepted = new RegExp(`^__token__:${token}$`);
  return { organization, indexes: (changes.length === 0 ? [{}] : changes).map(indexOf) };
}

/** Returns the names of the packages that were requested from an index. */
function askedOf({ requests }: PackageIndex): string[] {
  return [...new Set(requests.map((path) => path.split('/')[2] ?? ''))].sort();
}

test("a package whose name matches comes from the organization's index even if the public index has it, and no other package does", async () => {
  const { lock, environment } = await packages.install('acme-ocr', 'needs-acme');
  expect(lock.packages.map(({ name, version, index }) => [name, version, index])).toEqual([
    ['acme-base', '1.0', `${own.url}/`],
    ['acme-ocr', '1.2', `${own.url}/`],
    ['common', '1.0', open.url],
    ['needs-acme', '1.0', open.url],
  ]);
  expect(lock.text.match(/# from .*/g)).toEqual(Array.from({ length: 2 }, () => `# from ${own.url}/ for org_a`));
  expect([askedOf(own), askedOf(open)]).toEqual([
    ['acme-base', 'acme-ocr'],
    ['common', 'needs-acme'],
  ]);
  expect([new Set(own.credentials), new Set(open.credentials)]).toEqual([
    new Set([`__token__:${token}`]),
    new Set([undefined]),
  ]);
  const values = 'return {"values": [acme_ocr.VALUE, acme_base.VALUE, common.VALUE]}';
  const plugin = handler(`def predict(self, request): ${values}`, 'import acme_ocr, acme_base, common');
  expect(await packages.result('own', plugin, environment)).toEqual({ values: ['private', 'base', 'public'] });
});

test("a plugin that needs none of the organization's packages shares the common lock and environment", async () => {
  const lock = await packages.lock('common');
  packages.hosted = {};
  expect(await packages.lock('common')).toEqual(lock);
  expect(own.requests).toEqual([]);
});

test('a matching package that only the public index has is not found, and the public index is not asked', async () => {
  expect(await packages.failure('acme-absent')).toBe(
    'unsatisfiable: No solution found when resolving dependencies\n' +
      'Because there are no versions of acme-absent and you require acme-absent, we can conclude that your requirements are unsatisfiable.\n' +
      `acme-absent is not in the index ${own.url}/, and no other index is used for acme-*.\n` +
      'Change acme-absent in requirements.txt:1.',
  );
  expect([askedOf(own), askedOf(open)]).toEqual([['acme-absent'], []]);
});

test('an exact name beats a prefix, and the longer of two prefixes wins', async () => {
  const other = { url: `${elsewhere.url}/`, packages: ['acme-b*'], credential: { refused: 'Not asked.' } };
  packages.hosted = hosted({ packages: ['acme-base', 'a*'] }, other);
  expect((await packages.lock('acme-base')).packages).toMatchObject([{ index: `${own.url}/` }]);
  packages.hosted = hosted({}, other);
  expect(await packages.failure('acme-ocr')).toBe('index-refused: Not asked.');
  expect(elsewhere.requests).toEqual([]);
});

test.each([
  ['refuses the token', 401, 'index-refused: The index INDEX/ of your organization rejects its token (401). FIX'],
  ['forbids the package', 403, 'index-refused: The index INDEX/ of your organization rejects its token (403). FIX'],
  ['is down', 503, 'retried index-unreachable: The index INDEX/ of your organization answers 503. Retry later.'],
])('an index that %s fails the resolution with the reason, and no other index is asked', async (_, status, message) => {
  own.refused = { path: /acme-base/, status };
  const source = `${new URL(own.url).host}/simple`;
  const fix = `Set a new token: \`slipway sources rotate ${source}\`.`;
  expect(await packages.failure('acme-ocr')).toBe(message.replace('INDEX', own.url).replace('FIX', fix));
  expect(askedOf(open)).not.toContain('acme-base');
});

test('an unresponsive index, or an index whose token has expired, is named in the failure', async () => {
  const gone = await PackageIndex.start(newFolder());
  const { url } = gone;
  gone.close();
  packages.hosted = hosted({ url: `${url}/` });
  expect(await packages.failure('acme-ocr')).toBe(
    `retried index-unreachable: The index ${url}/ of your organization does not respond. Check it, or retry later.`,
  );
  const expired = { username: '__token__', token: 'old', expires_at: Date.parse('2026-01-02T03:04:05Z') };
  packages.hosted = hosted({ credential: expired });
  expect(await packages.failure('acme-ocr')).toContain('(401), which expired at 2026-01-02T03:04:05.000Z.');
  expect(open.requests).toEqual([]);
});

test('a page that redirects to another host is refused, and a file that redirects is fetched without the credential', async () => {
  own.refused = { path: /\/$/, status: 302, location: `${elsewhere.url}/acme-moved/` };
  expect(await packages.failure('acme-moved')).toBe(
    `index-refused: The index ${own.url}/ of your organization redirects to another host, which does not get its token. Add the index at that host.`,
  );
  expect(elsewhere.requests).toEqual([]);
  const file = 'acme_moved-1.0-py3-none-any.whl';
  own.refused = { path: /\.whl$/, status: 302, location: `${elsewhere.url}/acme-moved/${file}` };
  const { environment } = await packages.install('acme-moved');
  expect(namesOf(environment)).toEqual(['acme-moved 1.0']);
  expect([elsewhere.requests, elsewhere.credentials]).toEqual([[`/simple/acme-moved/${file}`], [undefined]]);
});

test("an organization whose index claims the hashes of another organization's installed package gets no part of that package", async () => {
  const first = await packages.install('acme-base>=1.0');
  const forged = newFolder();
  const name = 'acme_base-1.0-py3-none-any.whl';
  writeWheel(forged, { name: 'acme_base', version: '1.0', files: { 'acme_base.py': 'VALUE = "forged"\n' } });
  const forger = await PackageIndex.start(forged);
  try {
    forger.claimed = createHash('sha256')
      .update(readFileSync(join(folders.own, name)))
      .digest('hex');
    packages.hosted = { ...hosted({ url: `${forger.url}/` }), organization: 'org_b' };
    const lock = await packages.lock('acme-base>=1.0');
    const withoutOrigin = (text: string) => text.replaceAll(/ # from .*/g, '');
    expect(withoutOrigin(lock.text)).toBe(withoutOrigin(first.lock.text));
    expect(lock.digest).not.toBe(first.lock.digest);
    expect(failureOf((await packages.installEvents(lock)).at(-1))).toMatch(/^hash-mismatch: /);
    expect(failureOf((await packages.installEvents(first.lock)).at(-1))).toBe(
      "lock-invalid: The lock contains another organization's package.",
    );
  } finally {
    forger.close();
  }
});

test('an installed package no longer needs its index, and a missing package names the removed index', async () => {
  const { lock, environment } = await packages.install('acme-late');
  packages.hosted = { organization, indexes: [] };
  expect(installationOf(await packages.installEvents(lock)).environment).toMatchObject({ key: environment.key });
  const another = await builderOf({});
  try {
    another.hosted = { organization, indexes: [] };
    const source = `${new URL(own.url).host}/simple`;
    expect(failureOf((await another.installEvents(lock)).at(-1))).toBe(
      `index-refused: The lock has acme-late from the index ${own.url}/, for which your organization no longer has a credential. Add it again: \`slipway sources add ${source} --python-packages acme-late\`.`,
    );
  } finally {
    await another.builder.close();
  }
});

test("a token is in no argument, variable or file of the builder or a program, nor in a program's memory, while uv waits for the index", async () => {
  own.stalled = /acme-ocr\/$/;
  const seen: string[] = [];
  const locking = packages.lockEvents('acme-ocr');
  await eventually(() => own.requests.length).toBe(1);
  const { pid = 0 } = packages.builder.process;
  const programs = descendantsOf(pid);
  for (const one of [pid, ...programs]) for (const file of ['cmdline', 'environ']) seen.push(processText(one, file));
  const forms = [token, Buffer.from(`__token__:${token}`).toString('base64').slice(0, -4)];
  const sought = forms.map((form) => Buffer.from(form));
  expect(programs.filter((one) => hasInMemory(one, ...sought))).toEqual([]);
  expect(programs.some((one) => hasInMemory(one, Buffer.from('pip\0compile')))).toBe(true);
  seen.push(...liveTexts(packages.builder.stateFolder));
  own.stalled = undefined;
  own.drop();
  const events = await locking;
  expect([programs.length > 0, seen.some((text) => text.includes('UV_INDEX='))]).toEqual([true, true]);
  expect([...seen, JSON.stringify(events)].filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  const commands = seen.filter((text) => text.includes('pip\0compile'));
  expect([commands.length > 0, commands.some((text) => text.includes('127.0.0.1'))]).toEqual([true, false]);
});

test('a package without separate metadata is read, and so is a JSON index', async () => {
  own.bare = true;
  const lock = await packages.lock('acme-ocr<2');
  expect(lock.packages.map(({ name }) => name)).toEqual(['acme-base', 'acme-ocr', 'common']);
  own.bare = false;
  own.json = true;
  expect(await packages.lock('acme-ocr<2')).toEqual(lock);
  own.json = false;
});

test("torch builds are still preferred, and their index is asked for none of the organization's packages", async () => {
  const [wheels, cpu] = [newFolder(), newFolder()];
  writeWheel(wheels, { name: 'torch', version: '2.9.0' });
  writeWheel(cpu, { name: 'torch', version: '2.9.0+cpu' });
  writeWheel(cpu, { name: 'acme_base', version: '99.0' });
  const [usual, forCpu] = await Promise.all([wheels, cpu].map(PackageIndex.start));
  if (!usual || !forCpu) throw new Error('there are no indexes');
  const builder = await builderOf({ UV_DEFAULT_INDEX: usual.url, BUILDER_TORCH_INDEX: forCpu.url });
  try {
    const events = await builder.lockEvents('torch', 'acme-base');
    const last = events.at(-1);
    expect(last?.type === 'locked' && last.lock.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'acme-base 1.0',
      'torch 2.9.0+cpu',
    ]);
    expect(linesOf(events, 'torch ')).toEqual(['torch 2.9.0+cpu is resolved from the index in BUILDER_TORCH_INDEX.']);
    expect([askedOf(usual), askedOf(forCpu)]).toEqual([['torch'], ['torch']]);
  } finally {
    await builder.builder.close();
    usual.close();
    forCpu.close();
  }
});

test("a builder with a folder of wheels gets the organization's packages only from the organization's index", async () => {
  const builder = await builderOf({ BUILDER_WHEELS: folders.open });
  try {
    expect(namesOf((await builder.install('acme-base', 'common')).environment)).toEqual([
      'acme-base 1.0',
      'common 1.0',
    ]);
    expect(await builder.failure('acme-ocr')).toBe(
      "index-refused: acme-ocr would be installed from the operator's folder.",
    );
  } finally {
    await builder.builder.close();
  }
});
