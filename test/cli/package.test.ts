// Tests that the npm package contains everything the CLI needs to run without node_modules, with this Node and with the oldest
// supported one.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { releaseManifest } from '../../scripts/bundle/manifest.ts';
import { packageManifest } from '../../scripts/bundle/package.ts';
import { npmManifest, pyproject } from '../../scripts/sdks/build.ts';
import { version } from '../../src/cli/version.ts';

/** Returns the names in a cache folder, without their prefixes. `lint` has its own cache. */
const cacheNames = (folder: string) =>
  readdirSync(folder)
    .map((name) => name.replace(/^\w+-\d+-/, ''))
    .sort();

const installed = mkdtempSync(join(tmpdir(), 'slipway-package-'));

beforeAll(() => {
  cpSync(join(inject('cli'), '../../..'), installed, { recursive: true });
  writeFileSync(join(installed, 'a.py'), `eval("1")\n${'x = [1, 2, 3]\n'.repeat(100_000)}`);
  writeFileSync(join(installed, 'b.py'), 'x = 1\n'.repeat(200_000));
});
afterAll(() => rmSync(installed, { recursive: true, force: true }));

test('an older Node says that it is too old', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });`;
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(older)}`];
  const args = [...preload, join(installed, 'dist/cli/slipway.js'), 'lint'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const said = 'slipway: Node 18.20.8 is too old; the command line needs Node 20 or newer.\n';
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: said });
});

describe.each([
  // Other tests run the bundle with this Node.
  ['this Node', process.execPath, inject('node20') === '' ? [] : ['long']],
  ['Node 20', inject('node20'), ['node20']],
])('the bundle under %s', (name, node, tags) => {
  const cli = (...args: string[]) => {
    return execFileSync(node, [join(installed, 'dist/cli/slipway.js'), ...args], {
      cwd: installed,
      env: { ...process.env, XDG_CACHE_HOME: installed },
      encoding: 'utf8',
    });
  };

  test('the bundle runs without installed packages', { tags }, () => {
    expect(cli('--version')).toBe(`${version}\n`);
    const made = name.replace(' ', '_').toLowerCase();
    cli('init', made);
    // Large enough for two threads.
    expect(cli('lint', made, 'b.py', '--threads', '2')).toContain('✓ clean: 6 files');
    expect(readFileSync(join(installed, made, '.gitignore'), 'utf8')).toContain('.env');
    expect(cli('test', made)).toContain(`✓ ${made} 1.0.0 passed`);
  });

  test("the bundle caches V8's compiled code, and compiles again if the cache is damaged or outdated", { tags }, () => {
    const home = join(installed, name);
    const folder = join(home, 'slipway/compiled');
    const run = (...args: string[]) => {
      const env = { ...process.env, XDG_CACHE_HOME: home };
      return execFileSync(node, [join(installed, 'dist/cli/slipway.js'), ...args], { env, encoding: 'utf8' });
    };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'of-another-version'), '');
    run('--version');
    run('lint', join(installed, 'b.py'));
    expect(cacheNames(folder)).toEqual(['commands', 'lint']);
    const [cache = ''] = readdirSync(folder).filter((file) => file.endsWith('-commands'));
    const compiled = readFileSync(join(folder, cache));
    truncateSync(join(folder, cache), 5000);
    expect(run('--version')).toBe(`${version}\n`);
    expect(readFileSync(join(folder, cache)).length).toBeGreaterThan(compiled.length / 2);
    rmSync(home, { recursive: true });
    writeFileSync(home, 'not a folder');
    expect(run('--version')).toBe(`${version}\n`);
  });
});

const packedSchema = z.array(z.object({ size: z.number(), files: z.array(z.object({ path: z.string() })) }));

describe('npm pack', () => {
  const folder = join(inject('cli'), '../../..');

  test('the tarball has every file of the built package, no tests, and less than 1.5 MiB', () => {
    const args = ['pack', '--dry-run', '--json', '--cache', join(installed, 'npm-cache')];
    const output = execFileSync('npm', args, { cwd: folder, encoding: 'utf8' });
    const [packed] = packedSchema.parse(JSON.parse(output));
    const paths = packed?.files.map(({ path }) => path).sort() ?? [];
    const built = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      // Other tests' runs have left compiled code there.
      .filter((path) => !path.startsWith('cache/') && !path.includes('__pycache__'));
    expect(paths).toEqual(built.sort());
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/cli/slipway.js', 'package.json']));
    expect(paths.filter((path) => /_test\.go$|__pycache__|\.test\.|\.env|\.pem$/.test(path))).toEqual([]);
    expect(packed?.size).toBeLessThan(1.5 * 1024 * 1024);
  });

  test('the manifest has no dependencies, and only a workflow can publish the package', async () => {
    const manifest = {
      name: '@slipway-registry/cli',
      version,
      license: 'Apache-2.0',
      type: 'module',
      description: expect.any(String),
      engines: { node: '>=20' },
      bin: { slipway: 'dist/cli/slipway.js' },
      files: ['dist', '!**/__pycache__'],
      publishConfig: { access: 'public', provenance: true },
    };
    expect(await packageManifest({})).toEqual(manifest);
    const workflow = { GITHUB_SERVER_URL: 'https://git.example.com', GITHUB_REPOSITORY: 'acme/slipway' };
    const repository = { type: 'git', url: 'git+https://git.example.com/acme/slipway.git' };
    expect(await packageManifest(workflow)).toEqual({ ...manifest, repository });
  });
});

describe('the clients', () => {
  const workflow = { GITHUB_SERVER_URL: 'https://git.example.com', GITHUB_REPOSITORY: 'acme/slipway' };

  test("the clients' manifests have the version, the workflow's repository, and no scripts", async () => {
    const manifest = await releaseManifest(workflow);
    const npm = npmManifest(manifest);
    expect(npm).toMatchObject({ name: '@slipway-registry/client', version, publishConfig: { provenance: true } });
    expect(npm.repository).toEqual({ type: 'git', url: 'git+https://git.example.com/acme/slipway.git' });
    expect(Object.keys(npm)).not.toContain('scripts');
    const python = pyproject(manifest);
    expect(python).toContain(`name = "slipway-registry-client"\nversion = "${version}"\n`);
    expect(python).toContain('[project.urls]\nRepository = "https://git.example.com/acme/slipway.git"\n');
    expect(pyproject(await releaseManifest({}))).not.toContain('Repository');
  });
});
