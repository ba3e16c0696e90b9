// Tests that the tests' commands ignore the machine: its user's settings and logins, and a Slipway that runs in the checkout.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, inject, test } from 'vitest';
import { testEnvironment } from '../../../scripts/testing/environment.ts';
import { inProcess } from '../../cli/in-process.ts';
import { folderOf } from '../../cli/slipway.ts';
import { scriptedServer } from '../../client/scripted-server.ts';

const commandLine = resolve('src/cli/main.ts');

const localFile = (url: string) => JSON.stringify({ url, api_key: 'sk_local', namespace_id: 'ns_local' });

/** Settings that would fail or change each of the commands below. */
const settings = {
  'home/.npmrc': 'prefix=/nowhere\nregistry=https://mirror.test/\nignore-scripts=true\n//mirror.test/:_auth=YQ==\n',
  'home/.gitconfig': '[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nowhere\n[init]\n\tdefaultBranch = weird\n',
  'home/.config/git/config': '[core]\n\tautocrlf = true\n',
  'home/.config/go/env': 'GOFLAGS=-mod=vendor\n',
  'home/.config/slipway/config.json': '{"base_url": "http://user.test", "api_key": "sk_user"}',
  'home/sitecustomize.py': 'raise SystemExit("a module of the user")',
  'checkout/.slipway/local.json': localFile('http://127.0.0.1:8080'),
};

/** Returns a function that runs commands in the tests' environment, on a machine with these settings. It returns what they print. */
function onHostileMachine() {
  const folder = folderOf(settings);
  const home = join(folder, 'home');
  const machine = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    PYTHONPATH: home,
    NODE_OPTIONS: '--require /nowhere.js',
    GIT_DIR: '/nowhere',
    GOFLAGS: '-mod=vendor',
    GOPROXY: 'https://modules.test',
    SLIPWAY_API_KEY: 'sk_variable',
    SLIPWAY_STATE: join(folder, 'checkout/.slipway'),
    PORT: '8080',
    npm_config_userconfig: join(home, '.npmrc'),
    npm_config_ignore_scripts: 'true',
  };
  const env = testEnvironment(machine, join(folder, 'tests'));
  return (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: join(folder, 'checkout'), env, encoding: 'utf8', stdio: 'pipe' });
}

const shown = [
  ['base_url', 'default'],
  ['api_key', null],
  ['namespace', null],
];

test('slipway finds no login of the user, and no server of the checkout', () => {
  const run = onHostileMachine();
  const { results } = JSON.parse(run(process.execPath, commandLine, 'config', 'list', '--json'));
  expect(results.map(({ name, origin }: Record<string, string>) => [name, origin])).toEqual(shown);
});

test('a test that logs in needs a home folder of its own', async () => {
  await using server = await scriptedServer({ body: { results: [] } });
  const state = folderOf({ 'local.json': localFile(server.url) });
  const { exit, stderr } = await inProcess(['login', '--local'], { SLIPWAY_STATE: state });
  expect([exit, stderr]).toEqual(['failed', expect.stringContaining('✗ cannot write')]);
});

test('Python loads no module of the user', () => {
  expect(onHostileMachine()(inject('python'), '-c', 'print("started")')).toBe('started\n');
});

test("npm reaches the user's registry, with no other setting of theirs", () => {
  expect(onHostileMachine()('npm', 'config', 'get', 'registry', 'ignore-scripts')).toBe(
    'registry=https://mirror.test/\nignore-scripts=false\n',
  );
});

test("Git commits without the user's hooks and signature", { tags: ['git'] }, () => {
  const run = onHostileMachine();
  run('git', 'init', '--quiet');
  run('git', 'commit', '--quiet', '--allow-empty', '--message', 'a commit');
  expect(run('git', 'log', '--format=%an %G?')).toBe('Author N\n');
});

test("Go reaches the user's proxy, with no other setting of theirs", { tags: ['go'] }, () => {
  expect(onHostileMachine()('go', 'env', 'GOFLAGS', 'GOPROXY')).toBe('\nhttps://modules.test\n');
});
