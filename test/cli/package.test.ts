// Tests what the npm packages of the CLI and of the clients contain, and that an older Node is refused.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { releaseManifest } from '../../scripts/bundle/manifest.ts';
import { packageManifest } from '../../scripts/bundle/package.ts';
import { npmManifest, pyproject } from '../../scripts/sdks/build.ts';
import { version } from '../../src/cli/version.ts';

test('an older Node says that it is too old', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });`;
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(older)}`];
  const args = [...preload, inject('cli'), 'lint'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const said = 'slipway: Node 18.20.8 is too old; the command line needs Node 20 or newer.\n';
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: said });
});

const packedSchema = z.array(z.object({ size: z.number(), files: z.array(z.object({ path: z.string() })) }));

describe('npm pack', () => {
  const folder = join(inject('cli'), '../../..');

  test('the tarball has every file of the built package, no tests, and less than 1.5 MiB', () => {
    const cache = mkdtempSync(join(tmpdir(), 'slipway-package-'));
    onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
    const args = ['pack', '--dry-run', '--json', '--no-update-notifier', '--cache', cache];
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
