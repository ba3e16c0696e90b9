// Tests that the npm package contains everything the CLI needs to run without node_modules, with this Node and with the oldest
// supported one.
import { execFileSync } from 'node:child_process';
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
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
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
