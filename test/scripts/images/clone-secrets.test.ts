// Tests files with secrets in a clone: Git, images and `wrangler dev` ignore them, and only their owner can read them.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { unstable_getVarsForDev } from 'wrangler';
import { documentedCommands } from '../../documented-commands.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-clone-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Runs the documented commands that write `.env`, in a separate folder. */
function configured(): string {
  const folder = temporaryFolder();
  const script = documentedCommands('docs/self-hosting.md', 'cat > .env');
  const written = script.slice(script.indexOf('(umask'), script.indexOf('docker compose'));
  execFileSync('sh', ['-ec', written], { cwd: folder });
  return folder;
}

test('the documented commands write an .env that only its owner can read, and a folder in which nobody can replace a backup', () => {
  const folder = configured();
  expect(readFileSync(join(folder, '.env'), 'utf8')).toMatch(
    /^SLIPWAY_PUBLIC_URL=https:\/\/slipway\.example\.com\nBUILDER_TOKEN=[0-9a-f]{64}\n$/,
  );
  expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'backups')).mode & 0o7777).toBe(0o1777);
});

test.each(['.env', 'backups/monday/secrets.json', '.slipway/secrets.json', 'production.secrets.json'])(
  'Git ignores %s',
  { tags: ['git'] },
  (path) => {
    const folder = temporaryFolder();
    copyFileSync('.gitignore', join(folder, '.gitignore'));
    execFileSync('git', ['init', '--quiet', folder]);
    expect(execFileSync('git', ['-C', folder, 'check-ignore', path], { encoding: 'utf8' }).trim()).toBe(path);
  },
);

test('images contain neither the .env file nor backups', () => {
  const [first, ...patterns] = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  expect(patterns.filter((pattern) => /^!(?:\.|backups)/.test(pattern))).toEqual([]);
  expect(patterns).toContain('**/.env');
});

test("the Worker in wrangler dev ignores the variables in Compose's .env", () => {
  const folder = configured();
  const configuration = join(folder, 'wrangler.toml');
  writeFileSync(configuration, 'name = "slipway"\n');
  copyFileSync('.dev.vars', join(folder, '.dev.vars'));
  const vars = { BUILDER_TOKEN: 'local' };
  expect(unstable_getVarsForDev(configuration, undefined, vars, undefined, true)).toEqual({
    BUILDER_TOKEN: { type: 'plain_text', value: 'local' },
  });
  rmSync(join(folder, '.dev.vars'));
  expect(unstable_getVarsForDev(configuration, undefined, vars, undefined, true)).toMatchObject({
    SLIPWAY_PUBLIC_URL: { value: 'https://slipway.example.com' },
  });
});
