// Tests that `slipway test` gives a plugin its secrets and models, as a deployment does.
import { expect, test } from 'vitest';
import { inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';
import { asking, model, tested } from './asking-plugin.ts';

test('a plugin that lacks a secret, model or grant is refused as in a deployment, and is never started', async () => {
  const { check, exit } = await tested([]);
  expect([exit, check('secrets'), check('models'), check('pipeline')]).toEqual([
    'failed',
    [
      [
        'failed',
        'The plugin asks for the secret TOKEN, which is not given to this test. Give `--secret TOKEN` or `--secrets-file FILE`.',
      ],
    ],
    [['failed', 'The plugin names the model words, which this test does not have. Give `--model words=PATH`.']],
    [['skipped', 'not started, since a deployment would be refused']],
  ]);
});

test("a plugin's steps read a secret and a model from files, row errors are numbered, and the secret is masked", async () => {
  const { check, exit, lines, stdout } = await tested([
    ...model,
    ...['--secrets-file', '@secrets.env', '--sample-data', '@rows.json'],
  ]);
  expect([exit, check('grants'), check('pipeline')]).toEqual([
    'failed',
    [['passed', 'secret TOKEN, calls of 40 s; granted because this is a local test']],
    [['failed', '1 of 3 rows failed; row 2: step 1: ZeroDivisionError at pipeline.py:12: division by zero']],
  ]);
  expect(lines).toContain('token ***');
  expect(stdout).not.toContain('from-the-file');
});

test.each([
  [['--secret', 'TOKEN'], 'the environment variable TOKEN is not set'],
  [['--secret', 'a b=c'], '"a b" is not the name of a secret'],
  [['--secrets-file', '@absent.env'], /^cannot read .*absent\.env: ENOENT/],
  [['--model', 'words'], '"words" does not name a model'],
  [['--model', 'words=@absent'], /absent is not a file$/],
])('%j is invalid usage', async (args, message) => {
  const cwd = folderOf(asking);
  const given = args.map((arg) => arg.replace('@', `${cwd}/`));
  const { exit, stdout } = await inProcess(['test', cwd, '--json', ...given], {});
  const { error } = JSON.parse(stdout);
  expect([exit, error.detail]).toEqual([
    'usage',
    typeof message === 'string' ? message : expect.stringMatching(message),
  ]);
});
