// Tests the repository that `npm start` serves for its demo. The builder may fetch it by its exact URL, and nothing else on this
// machine.
// @module-tag git
// @module-tag long
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitExample, ExampleRepository } from '../../../scripts/demo/example-repository.ts';
import { sourceHeader, sourceRefusalSchema, sourceSchema } from '../../../src/contract/builder/sources.ts';
import { newFolder, TestBuilder } from '../support.ts';
import { GitServer } from './git-server.ts';

const files = new Map([['a.go', new TextEncoder().encode('package a\n')]]);
let folder: string;
let example: ExampleRepository;
let git: GitServer;
let builder: TestBuilder;
beforeAll(async () => {
  folder = newFolder();
  example = await ExampleRepository.listen(folder, 'example');
  await commitExample(folder, files, 'v1.0.0');
  git = await GitServer.start();
  builder = await TestBuilder.start({ hasGitAndGo: true, env: { BUILDER_EXAMPLE_REPOSITORY: example.url } });
});
afterAll(async () => {
  await builder.close();
  await git.close();
  await example.close();
});

function fetchSource(repository: string, ref: string): Promise<Response> {
  return builder.fetch('/sources', { method: 'POST', body: JSON.stringify({ repository, ref }) });
}

test('the example repository has one commit, determined by its files', async () => {
  const source = async () =>
    sourceSchema.parse(JSON.parse((await fetchSource(example.url, 'v1.0.0')).headers.get(sourceHeader) ?? ''));
  const first = await source();
  expect(first).toMatchObject({ ref_kind: 'tag', files: 1 });
  await commitExample(folder, files, 'v1.0.0');
  expect(await source()).toEqual(first);
});

describe('the exact URL only', () => {
  test.each<[string, (url: string) => string]>([
    ['another repository', () => git.repository('other').url],
    ['another path', (url) => `${url}/`],
    ['another name of this machine', (url) => url.replace('127.0.0.1', 'localhost')],
    ['a query', (url) => `${url}?a`],
  ])('the example repository can be fetched only by its exact URL, not by %s', async (_, urlOf) => {
    const answer = await fetchSource(urlOf(example.url), 'main');
    expect(sourceRefusalSchema.parse(await answer.json()).refused).toEqual({
      code: 'repository-not-taken',
      message:
        'The repository URL is not allowed: it points to this machine, which is only allowed after `SLIPWAY_ALLOW_LOOPBACK=1 npm start`. Use the https URL of a public repository.',
    });
  });
});

test.each([
  ['a file of the repository', 'GET', '/config'],
  ['a path outside of it', 'GET', '/../config'],
  ['a push', 'GET', '/info/refs?service=git-receive-pack'],
  ['a push without asking', 'POST', '/git-receive-pack'],
])('the example repository does not serve %s', async (_, method, path) => {
  expect((await fetch(`${example.url}${path}`, { method })).status).toBe(404);
});
