// Tests the permissions of workflows: they can only read the repository, and run released actions. The release workflow can also prove
// where it runs.
import { readdirSync, readFileSync } from 'node:fs';
import semver from 'semver';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const folder = '.github/workflows';
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
});
const job = z.object({
  permissions: z.undefined().optional(),
  'timeout-minutes': z.number(),
  container: z.string().optional(), // not an object, whose options could change the container's protection
  strategy: z
    .object({
      matrix: z.object({
        node: z.array(z.string()).optional(),
        include: z.array(z.record(z.string(), z.string())).optional(),
      }),
    })
    .optional(),
  steps: z.array(step),
});
const schema = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), job),
});

const workflows = readdirSync(folder).map((name) => {
  const workflow = schema.parse(parse(readFileSync(`${folder}/${name}`, 'utf8')));
  return { name, ...workflow, steps: Object.values(workflow.jobs).flatMap(({ steps }) => steps) };
});
const ci = workflows.find(({ name }) => name === 'ci.yml');
const release = workflows.find(({ name }) => name === 'release.yml');

test.each(workflows)(
  '$name has only read access to the repository, and keeps no credentials in the checkout',
  (workflow) => {
    const identity = workflow === release ? { 'id-token': 'write' } : {};
    expect(workflow.permissions).toEqual({ contents: 'read', ...identity });
    const checkouts = workflow.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((checkout) => checkout.with)).toEqual(checkouts.map(() => ({ 'persist-credentials': false })));
  },
);

test.each(workflows)("$name runs exact versions of GitHub's own actions", ({ steps }) => {
  const used = steps.flatMap(({ uses }) => uses ?? []);
  expect(used.filter((action) => !/^actions\/[\w-]+@v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
});

const { test: tested, refused, machine, check, package: packed } = ci?.jobs ?? {};
const commands = (steps: z.infer<typeof step>[] = []) => steps.flatMap(({ run }) => run ?? []);
const { node: supported } = z
  .object({ engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8'))).engines;
/** The first versions that the range allows. */
const oldest = supported.split(' || ').map((range) => range.replace(/^\D+/, ''));

test('a change is tested on the oldest and newest Node, Python and Go, and the built CLI is attached', () => {
  const matrix = tested?.strategy?.matrix.include ?? [];
  expect(matrix.map(({ node }) => node)).toEqual([...oldest, '24.x', '26.x']);
  expect([matrix[0]?.python, matrix.at(-1)?.python]).toEqual(['3.11', '3.x']);
  expect([matrix[0]?.go, matrix.at(-1)?.go]).toEqual(['1.24', 'stable']);
  expect(commands(tested?.steps)).toEqual(['npm ci && npm run test:all']);
  expect([check?.strategy?.matrix.node, commands(check?.steps)]).toEqual([
    [oldest[0], '26.x'],
    ['npm ci', 'npm run check'],
  ]);
  expect(commands(packed?.steps)).toEqual(['npm ci', 'npm run package']);
  expect(packed?.steps.at(-1)?.with).toMatchObject({ path: 'slipway-*.tgz', 'if-no-files-found': 'error' });
});

test('each Node just below the supported range is refused by both commands', () => {
  const versions = refused?.strategy?.matrix.node ?? [];
  expect(versions.filter((version) => semver.satisfies(version, supported))).toEqual([]);
  expect(versions.map((version) => semver.major(version))).toEqual([18, 20, 21, 22]);
  expect(commands(refused?.steps).join()).toMatch(/^ *refused npm ci\n *refused npm start$/m);
});

test("the README's commands run one after the other on each distribution, as both kinds of users, with both kinds of umask", () => {
  const machines = machine?.strategy?.matrix.include ?? [];
  expect(new Set(machines.map(({ image }) => image))).toEqual(
    new Set(['debian:bookworm', 'debian:trixie', 'debian:testing', 'ubuntu:24.04']),
  );
  for (const user of ['root', 'dev'])
    expect(machines.filter((one) => one.user === user && one.umask === '077')).not.toEqual([]);
  const run = commands(machine?.steps).flatMap((text) => [
    ...text.matchAll(/^su \$\{\{ matrix\.user \}\} -c 'sh \/as "(.*?)"'/gm),
  ]);
  expect(run.map(([, command]) => command)).toEqual(['npm ci', 'exec npm start', 'npm run test:all']);
});

const staged = (name: string, file: string) =>
  `node scripts/release/stage.ts @slipway-registry/${name}@\${GITHUB_REF_NAME#v} ${file}`;

test('a release is published only from a tag that names its version, after all tests and a trial of the package', () => {
  expect(release?.on).toEqual({ push: { tags: ['v*'] } });
  expect(release?.steps.flatMap(({ run }) => run ?? [])).toEqual([
    `test "$GITHUB_REF_NAME" = "v$(node -p 'require("./package.json").version')"`,
    'npm ci && npm run test:all',
    'npm run release:check',
    'npm run site',
    'npm run package && npm run sdks',
    'npm install --global npm@11.19.1',
    staged('cli', './slipway-*.tgz'),
    staged('client', './dist/sdks/*.tgz'),
    'dist/tools/uv-* publish dist/sdks/*.whl',
  ]);
});

test('only the steps that stage packages on npm get its token, and they name the registry', () => {
  const withToken = release?.steps.filter(({ env }) => env !== undefined) ?? [];
  expect(withToken.map(({ run }) => run)).toEqual([
    staged('cli', './slipway-*.tgz'),
    staged('client', './dist/sdks/*.tgz'),
  ]);
  expect(withToken.map(({ env }) => env)).toEqual(
    withToken.map(() => ({ NODE_AUTH_TOKEN: `\${{ secrets.NPM_TOKEN }}` })),
  );
  const node = release?.steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'));
  expect(node?.with).toMatchObject({ 'registry-url': 'https://registry.npmjs.org', 'package-manager-cache': false });
});
