// @module-tag uv
// @module-tag long
// Tests package environments built from wheels that the tests create, without an index.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentKey } from '../../../src/contract/builder/environments.ts';
import { liveFiles } from '../live-files.ts';
import { eventually, handler, newFolder, refusal } from '../support.ts';
import {
  failureOf,
  installationOf,
  linesOf,
  lockOf,
  namesOf,
  PackageBuilder,
  refOf,
  unfinishedIn,
  writeWheel,
} from './wheels.ts';

/** Contains a trace if any code in a wheel runs. */
const traceFolder = newFolder();
const trace = join(traceFolder, 'ran');
const leavesTrace = `open(${JSON.stringify(trace)}, 'w').write('ran')\n`;

let packages: PackageBuilder;
beforeAll(async () => {
  packages = await PackageBuilder.start({ limits: { environmentBytes: 20_000_000, environmentFiles: 300 } });
});
afterAll(() => packages.builder.close());

test("a builder states the requirements for its instances' environments", async () => {
  const { status, body } = await packages.builder.send('POST', '/instances/none/target');
  expect({ status, body }).toEqual({ status: 200, body: packages.target });
});

describe('a lock', () => {
  test('a lock has every package with its wheel hashes, and the same requirements give the same lock', async () => {
    packages.add({ name: 'locked_base', version: '2.1' }, { name: 'locked_top', requires: ['locked-base>=2'] });
    const lock = await packages.lock('Locked.Top');
    expect(lock.packages).toEqual([
      { name: 'locked-base', version: '2.1', marker: null, index: null },
      { name: 'locked-top', version: '1.0.0', marker: null, index: null },
    ]);
    const hashes = ['locked_base-2.1', 'locked_top-1.0.0'].map((name) =>
      createHash('sha256')
        .update(readFileSync(join(packages.wheels, `${name}-py3-none-any.whl`)))
        .digest('hex'),
    );
    expect([...lock.text.matchAll(/sha256:([0-9a-f]{64})/g)].map(([, hash]) => hash)).toEqual(hashes);
    expect(await packages.lock('Locked.Top')).toEqual(lock);
  });

  test('a lock covers every platform, and packages for other systems have markers', async () => {
    packages.add({ name: 'everywhere', requires: ['only_windows; sys_platform == "win32"'] }, { name: 'only_windows' });
    const { lock, environment } = await packages.install('everywhere');
    expect(lock.packages).toContainEqual({
      name: 'only-windows',
      version: '1.0.0',
      marker: "sys_platform == 'win32'",
      index: null,
    });
    expect(namesOf(environment)).toEqual(['everywhere 1.0.0']);
  });

  test.each([
    ['-e ./local', 'editable packages are not installed'],
    ['--index-url https://example.com/simple', 'URLs are not supported'],
    ['-r other.txt', 'options are not supported'],
    ['numpy --no-binary :all:', 'options are not supported'],
    ['numpy @ https://example.com/numpy.whl', 'URLs are not supported'],
    ['git+https://example.com/numpy.git', 'version control is not supported'],
    ['numpy @ git+ssh://example.com/numpy', 'version control is not supported'],
    ['./numpy.whl', 'local files are not supported'],
    ['numpy.tar.gz', 'local files are not supported'],
    ['numpy\n--index-url x', 'it has several lines'],
    ['numpy >= ', 'it is not a valid requirement'],
  ])('a lock is refused for the requirement %j, and the error has its line', async (text, reason) => {
    packages.add({ name: 'numpy' });
    expect(await packages.failure('numpy', text)).toBe(
      `requirement-refused: requirements.txt:2: ${JSON.stringify(text)} can't be installed: ${reason}. Name a package from the index, such as "httpx>=0.27".`,
    );
  });

  const inFolder = () =>
    `for Python ${packages.target.python} on ${packages.target.platform} in the builder's folder of wheels. Ask the builder's operator to add one to BUILDER_WHEELS, or declare packages that are there.`;
  const absent = (name: string) => `No suitable version of ${name} has a wheel ${inFolder()}`;

  test("a lock fails with the resolver's explanation, and with the line of an unreadable requirement", async () => {
    packages.add({ name: 'pinned', version: '1.5' }, { name: 'needs_old', requires: ['pinned<1'] });
    expect(await packages.failure('pinned==7')).toBe(
      'unsatisfiable: No solution found when resolving dependencies\n' +
        'Because there is no version of pinned==7 and you require pinned==7, we can conclude that your requirements are unsatisfiable.\n' +
        `Change pinned==7 in requirements.txt:1.\n${absent('pinned')}`,
    );
    expect(await packages.failure('needs-old')).toBe(
      'unsatisfiable: No solution found when resolving dependencies\n' +
        'Because only pinned==1.5 is available and all versions of needs-old depend on pinned<1, we can conclude that all versions of needs-old cannot be used.\n' +
        'And because you require needs-old, we can conclude that your requirements are unsatisfiable.\n' +
        `Change needs-old in requirements.txt:1.\n${absent('pinned')}`,
    );
    expect(await packages.failure('absent-package')).toMatch(
      /^unsatisfiable: .*\nBecause absent-package was not found/s,
    );
    expect(await packages.failure('pinned', 'pinned; python_versio > "3"')).toMatch(
      /^requirement-refused: requirements\.txt:2: .*python_versio/,
    );
  });

  test('a lock is limited to newer Pythons only if a package needs one and the builder has it', async () => {
    const version: unknown = Object(await (await packages.builder.fetch('/health')).json()).python;
    const [, minor, patch] = String(version).split('.').map(Number);
    packages.add(
      { name: 'needs_this_python', python: `>=${version}`, files: { 'needs_this_python.py': 'VALUE = 1\n' } },
      { name: 'needs_next_python', python: `>=3.${Number(minor) + 1}` },
      { name: 'needs_both', requires: ['needs_this_python', 'needs_next_python'] },
    );
    const { environment } = await packages.install('needs-this-python');
    expect(namesOf(environment)).toEqual(['needs-this-python 1.0.0']);
    for (const name of ['needs-next-python', 'needs-both'])
      expect(await packages.failure(name)).toMatch(
        new RegExp(
          `^unsatisfiable: No solution found[^]*\\nPlugins run on Python 3.${minor}.${patch} here, and these packages need Python 3.${Number(minor) + 1}. Declare versions that support Python 3.${minor}.${patch}.$`,
        ),
      );
  });

  test('a lock has no package that is only available as a source distribution', async () => {
    writeFileSync(join(packages.wheels, 'source_only-1.0.tar.gz'), 'never read');
    const failure = await packages.failure('source-only');
    expect(failure).toMatch(/^unsatisfiable: .*source-only.*no (?:usable )?wheels/s);
    expect(failure.split('\n').at(-1)).toBe(`source-only 1.0 has no wheel ${inFolder()}`);
  });
});

describe('an environment', () => {
  test('an environment is importable in an instance, read-only, after the plugin, the shims and the standard library', async () => {
    const here = '__file__\n';
    packages.add({
      name: 'shadows',
      files: {
        'json.py': `raise RuntimeError('it replaced the standard library')\n`,
        'shared/__init__.py': `raise RuntimeError('it replaced a shim')\n`,
        'own.py': `raise RuntimeError('it replaced the plugin')\n`,
        'slipway_host/__init__.py': `VALUE = 'a package of its own'\n`,
        'useful/__init__.py': `from useful.part import VALUE\nplace = ${here}`,
        'useful/part.py': `VALUE = 42\n`,
      },
    });
    const { environment } = await packages.install('shadows');
    const files = {
      ...handler(
        `def predict(self, request):
    import os, useful.part
    try:
        open(os.path.join(os.path.dirname(useful.place), 'new.py'), 'w')
    except OSError as error:
        return {'seen': [useful.VALUE, own.VALUE, slipway_host.VALUE], 'write': type(error).__name__}
`,
        'import json, shared.plugins.sdk, own, useful, slipway_host',
      ),
      'own.py': `VALUE = 'own'\n`,
    };
    expect(await packages.result('imports', files, environment)).toEqual({
      seen: [42, 'own', 'a package of its own'],
      write: expect.stringMatching(/^(?:OSError|PermissionError)$/),
    });
  });

  test('an environment has compiled files that Python never compares with their sources', async () => {
    packages.add({ name: 'compiled', files: { 'compiled.py': 'VALUE = 1\n', 'broken.py': 'def (:\n' } });
    const { environment } = await packages.install('compiled');
    const [{ key = '' } = {}] = environment.packages;
    const site = join(packages.builder.stateFolder, 'environments', 'packages', key, 'site');
    const [name = '', ...others] = readdirSync(join(site, '__pycache__'));
    expect([name, others]).toEqual([expect.stringMatching(/^compiled\.cpython-3\d+\.pyc$/), []]);
    expect(readFileSync(join(site, '__pycache__', name)).readUInt32LE(4)).toBe(0b01);
  });

  test('an environment is installed once for equal requests, and a second installation only checks the disk', async () => {
    packages.add({ name: 'shared_work' });
    const lock = await packages.lock('shared-work');
    const both = await Promise.all([packages.installEvents(lock), packages.installEvents(lock)]);
    expect(both[0]).toEqual(both[1]);
    const first = installationOf(both[0]);
    const again = installationOf(await packages.installEvents(lock));
    expect(again.environment).toEqual({ ...first.environment, cached: true, duration_ms: expect.any(Number) });
    expect(again.packages).toEqual(first.packages);
    expect(first.environment).toMatchObject({
      key: await environmentKey(lock.digest, packages.target),
      lock: lock.digest,
      cached: false,
    });
  });

  test('an environment can be built from archives on a builder that has neither an index nor wheels', async () => {
    packages.add({ name: 'travels', files: { 'travels.py': 'VALUE = "here"\n' } });
    const { environment, packages: made } = await packages.install('travels');
    const other = await PackageBuilder.start({ env: { BUILDER_TOOLS: newFolder() } });
    try {
      const files = handler('def predict(self, request): return {"value": travels.VALUE}', 'import travels');
      const spec = await other.spec(files, environment);
      const refused = await other.builder.send('PUT', '/instances/moved', JSON.stringify(spec));
      expect(refusal(refused)).toBe('409 blob-missing');
      expect(Object(refused.body).error.missing).toEqual(environment.packages.map(({ key }) => key));
      for (const one of made) await other.send(packages, one);
      expect(await other.result('moved', files, environment)).toEqual({ value: 'here' });
    } finally {
      await other.builder.close();
    }
  });

  test('an environment whose bytecode is too large fails immediately and permanently, with the reason, and leaves nothing behind', async () => {
    const other = await PackageBuilder.start({ limits: { environmentBytes: 150_000 } });
    try {
      // Its bytecode is many times larger than its source.
      const dense = 'def f():0\n'.repeat(5000);
      other.add({ name: 'dense', files: { 'dense/a.py': dense, 'dense/b.py': dense } });
      expect(await other.failure('dense')).toMatch(
        /^wheel-refused: The package could not be compiled: more than \d+ files or 150000 bytes\.$/,
      );
      expect(unfinishedIn(other.builder.stateFolder)).toEqual([]);
    } finally {
      await other.builder.close();
    }
  });

  test("a package with more files than a builder allows can't be unpacked there, and the error names the limit", async () => {
    packages.add({
      name: 'many',
      files: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`many/f${at}.txt`, 'x'])),
    });
    const [made] = (await packages.install('many')).packages;
    const parts = (made?.parts ?? []).map(({ sha256 }) => sha256);
    const other = await PackageBuilder.start({ limits: { environmentFiles: 10 } });
    try {
      for (const part of parts) await other.builder.send('PUT', `/blobs/${part}`, await packages.blob(part));
      const { body } = await other.builder.send('PUT', `/packages/${made?.key}`, JSON.stringify({ parts }));
      expect(Object(body).error.message).toContain('could not be unpacked: more than 20 files or ');
    } finally {
      await other.builder.close();
    }
  });

  test('an environment for another Python is installed without compiled files, which the builder that unpacks it adds', async () => {
    packages.add({ name: 'elsewhere', files: { 'elsewhere.py': 'VALUE = 1\n' } });
    const lock = await packages.lock('elsewhere');
    const target = { ...packages.target, python: packages.target.python === '3.14' ? '3.13' : '3.14' };
    const last = (await packages.installEvents(lock, { target })).at(-1);
    expect(last).toMatchObject({ type: 'installed', environment: { target, packages: [{ name: 'elsewhere' }] } });
  });
});

test.each([
  ['Python', { python: '3.14' }],
  ['platform', { platform: 'aarch64-manylinux_2_28' }],
])(
  'an environment for another %s is never used, and neither are parts that belong to another package',
  async (what, other) => {
    packages.add({ name: `elsewhere_${what}`.toLowerCase() });
    const lock = await packages.lock(`elsewhere-${what}`);
    const events = await packages.installEvents(lock, { target: { ...packages.target, ...other } });
    const last = events.at(-1);
    if (last?.type !== 'installed') throw new Error('it was not installed');
    const files = handler('def predict(self, request): return {}');
    const spec = { ...(await packages.builder.putPlugin(files)), environment: refOf(last.environment) };
    const fromDisk = await packages.builder.put(`foreign-${what}`, spec);
    const message = expect.stringContaining('The environment is for Python 3.');
    expect(fromDisk.at(-1)).toMatchObject({ type: 'failed', error: { message } });
    const { packages: made } = installationOf(events);
    const parts = made.flatMap((one) => one.parts.map(({ sha256 }) => sha256));
    const wrong = await packages.builder.send('PUT', `/packages/${'f'.repeat(64)}`, JSON.stringify({ parts }));
    expect(Object(wrong.body).error.message).toBe(`The parts do not belong to the package ${'f'.repeat(64)}.`);
  },
);

describe('a hostile wheel', () => {
  test('a hostile wheel runs nothing during installation or start, and its startup hooks are removed', async () => {
    packages.add({
      name: 'hostile',
      files: {
        'hostile.pth': `import os; ${leavesTrace}`,
        'sitecustomize.py': leavesTrace,
        'usercustomize/__init__.py': leavesTrace,
        'hostile.py': leavesTrace,
        'setup.py': leavesTrace,
        'conftest.py': leavesTrace,
        'hostile-1.0.0.data/scripts/pythonx': `#!python\n${leavesTrace}`,
        'hostile-1.0.0.dist-info/entry_points.txt': '[console_scripts]\nhostile = hostile:main\n',
        'nested/kept.pth': 'weights of a model',
      },
    });
    const lock = await packages.lock('hostile');
    const events = await packages.installEvents(lock);
    const { environment, packages: made } = installationOf(events);
    const removed = ['bin/hostile', 'bin/pythonx', 'hostile.pth', 'sitecustomize.py', 'usercustomize'];
    expect(made.map((one) => one.removed)).toEqual([removed]);
    const [{ key = '' } = {}] = made;
    const site = join(packages.builder.stateFolder, 'environments', 'packages', key, 'site');
    const kept = ['__pycache__', 'conftest.py', 'hostile-1.0.0.dist-info', 'hostile.py', 'nested', 'setup.py'];
    expect(readdirSync(site).sort()).toEqual(kept);
    expect(linesOf(events, 'Removed ')).toEqual(
      removed.map((name) => `Removed ${name}: only modules that are imported may run.`),
    );
    const files = handler(
      'def predict(self, request): return {"custom": [name for name in sys.modules if "custom" in name]}',
      'import sys',
    );
    expect(await packages.result('hostile', files, environment)).toEqual({ custom: [] });
    expect(existsSync(trace)).toBe(false);
  });

  test.each([
    ['a parent folder', '../../escaped.py'],
    ['an absolute path', '/tmp/slipway-escaped.py'],
    ['a data folder', 'escapes-1.0.0.data/data/../../../escaped.py'],
    ['a script', 'escapes-1.0.0.data/scripts/../../../escaped.py'],
  ])('a hostile wheel writes nothing outside its environment: %s', async (_what, path) => {
    const wheels = newFolder();
    const other = await PackageBuilder.start({ wheels });
    try {
      other.add({ name: 'escapes', files: { 'fine.py': '', [path]: leavesTrace } });
      const { environment } = await other.install('escapes');
      expect(namesOf(environment)).toEqual(['escapes 1.0.0']);
      await eventually(() => readdirSync(join(other.builder.stateFolder, 'removing'))).toEqual([]);
      expect(liveFiles(other.builder.stateFolder).filter((path) => path.includes('escaped'))).toEqual([]);
      expect(existsSync('/tmp/slipway-escaped.py')).toBe(false);
    } finally {
      await other.builder.close();
    }
  });

  test('a hostile wheel whose hash differs from the lock is refused', async () => {
    const path = writeWheel(packages.wheels, { name: 'replaced', files: { 'replaced.py': 'VALUE = 1\n' } });
    const wrong = lockOf('replaced', '1.0.0', ['0'.repeat(64)]);
    expect(failureOf((await packages.installEvents(wrong)).at(-1))).toMatch(
      /^hash-mismatch: .*Hash mismatch.*replaced/is,
    );
    const right = lockOf('replaced', '1.0.0', [createHash('sha256').update(readFileSync(path)).digest('hex')]);
    expect((await packages.installEvents(right)).at(-1)).toMatchObject({ type: 'installed' });
  });

  test.each([
    ['bytes', { 'zeros.bin': new Uint8Array(21_000_000) }],
    ['files', Object.fromEntries(Array.from({ length: 301 }, (_, at) => [`m${at}.txt`, '']))],
  ])('a hostile wheel with too many %s is refused, and leaves nothing behind', async (what, files) => {
    packages.add({ name: `large_${what}`, files });
    expect(await packages.failure(`large-${what}`)).toBe(
      'too-large: The installed dependencies exceed 19.1 MiB or 300 files. Depend on fewer or smaller packages. The operator of the builder can raise it with `environmentBytes` and `environmentFiles` in BUILDER_LIMITS.',
    );
    expect(unfinishedIn(packages.builder.stateFolder)).toEqual([]);
  });
});

test('a package without a wheel for the Python and platform is reported with both, and with the fix', async () => {
  packages.add({ name: 'others_only', tag: 'cp27-cp27mu-win32' });
  const { python, platform } = packages.target;
  expect(await packages.failure('others-only')).toBe(
    `unsatisfiable: others-only 1.0.0 has no wheel for Python ${python} on ${platform}, and packages are not built from source. Declare a version that has one, for example a newer one: "others-only>1.0.0", or newer versions of the packages that depend on it.`,
  );
});

test('a package without wheels for this platform is named with the package that has them', async () => {
  packages.add({ name: 'psycopg2', tag: 'cp311-cp311-win_amd64' });
  expect(await packages.failure('psycopg2')).toMatch(
    /Declare psycopg2-binary, which has wheels, or a version that has one/,
  );
});

test.each([
  ['an option', '--index-url https://example.com/simple\n'],
  ['a package without a hash', 'numpy==1.0.0\n'],
  ['a URL', `numpy @ https://example.com/n.whl --hash=sha256:${'0'.repeat(64)}\n`],
])('a lock with %s is refused', async (_what, text) => {
  const digest = createHash('sha256').update(text).digest('hex');
  expect(failureOf((await packages.installEvents({ text, digest })).at(-1))).toMatch(
    /^lock-invalid: The lock has a line/,
  );
});

test('a lock with another digest is refused', async () => {
  const { text } = lockOf('numpy', '1.0.0', ['0'.repeat(64)]);
  expect(failureOf((await packages.installEvents({ text, digest: '0'.repeat(64) })).at(-1))).toBe(
    'lock-invalid: The lock does not match its digest.',
  );
});
