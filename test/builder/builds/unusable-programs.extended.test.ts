// Tests how a builder tries Go and Git at its start, and says why they can't be used.
// @module-tag go
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findOnPath } from '../../../builder/server/programs/program-on-path.ts';
import { healthSchema } from '../../../src/contract/builder/machine/health.ts';
import { sharedPython } from '../breakout/kinds.ts';
import { newFolder, refusal, TestBuilder } from '../support.ts';
import { debianRoot, openFolder } from './debian-root.ts';

/** Starts a builder that finds programs in this folder first. */
function startWithPath(folder: string): Promise<TestBuilder> {
  return start({ PATH: `${folder}:${process.env.PATH}` });
}

async function start(variables: Record<string, string>, limits: Record<string, number> = {}): Promise<TestBuilder> {
  const env = { ...variables, PYTHON: await sharedPython() };
  const builder = await TestBuilder.start({ hasGitAndGo: true, env, limits });
  onTestFinished(() => builder.close());
  return builder;
}

/** Returns a folder with a program that runs this shell script. */
function folderWith(name: string, script: string): string {
  const folder = newFolder();
  addProgram(folder, name, script);
  return folder;
}

function addProgram(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

async function capabilitiesOf(builder: TestBuilder) {
  return healthSchema.parse((await builder.send('GET', '/health')).body).capabilities;
}

test('a Go whose standard library is missing builds nothing, and the reason says so', async () => {
  const root = debianRoot(openFolder());
  rmSync(join(root, 'src'));
  const builder = await startWithPath(join(root, 'bin'));
  const { builds } = await capabilitiesOf(builder);
  expect(builds).toEqual({
    available: false,
    reason: expect.stringMatching(
      /^Go \S+ can't build plugins on this machine: .*unicode\/utf8 is not in std.*\. Install Go from \S+ in \/usr\/local\/go, and restart the builder\.$/,
    ),
  });
  const spec = { runtime: 'go', archive: 'ab'.repeat(32), commit: null, scope: 'plg_test' };
  expect(refusal(await builder.send('POST', '/builds', JSON.stringify(spec)))).toBe('503 capability-missing');
});

test("a Go that can't compile the newest syntax of its version builds nothing, and the reason names the version", async () => {
  const [root, target] = execFileSync('go', ['env', 'GOROOT', 'GOARCH'], { encoding: 'utf8' }).trim().split('\n');
  const described = { GOROOT: root, GOVERSION: 'go1.99.0', GOOS: 'linux', GOARCH: target };
  const builder = await startWithPath(folderWith('go', `echo '${JSON.stringify(described)}'`));
  expect((await capabilitiesOf(builder)).builds).toEqual({
    available: false,
    reason: expect.stringMatching(/^Go 1\.99\.0 can't build plugins on this machine: .*requires go >= 1\.99 .*/),
  });
});

test("a Git that can't fetch over HTTP and a `go` that is another program are refused, with the reasons", {
  tags: ['git'],
}, async () => {
  const folder = folderWith('git', 'case " $* " in *" fetch "*) exit 1;; esac\necho git version 2.47.3');
  addProgram(folder, 'go', 'echo broken');
  const { builds, sources } = await capabilitiesOf(await startWithPath(folder));
  expect(sources).toEqual({
    available: false,
    reason:
      "Git 2.47.3 can't fetch a repository that this machine serves (The repository does not respond to Git over HTTP. Check the URL, or retry later.). Install your distribution's Git, and restart the builder.",
  });
  expect(builds).toEqual({
    available: false,
    reason: `${folder}/go does not run as Go. Install Go 1.24 or newer and restart the builder.`,
  });
});

test('a Git and a Go older than the minimum are refused, and the reasons name the versions to install', async () => {
  const folder = folderWith('git', 'echo git version 2.38.5');
  const described = { GOROOT: '/usr/lib/go-1.19', GOVERSION: 'go1.19.8', GOOS: 'linux', GOARCH: 'amd64' };
  addProgram(folder, 'go', `echo '${JSON.stringify(described)}'`);
  expect(await capabilitiesOf(await startWithPath(folder))).toMatchObject({
    sources: {
      available: false,
      reason: 'Git 2.38.5 is too old. Install Git 2.39 or newer and restart the builder.',
    },
    builds: { available: false, reason: 'Go 1.19.8 is too old. Install Go 1.24 or newer and restart the builder.' },
  });
});

test('a Git and a Go that are killed once at the start are tried again', { tags: ['git'] }, async () => {
  const once = (words: string, real: string, marks = newFolder()) =>
    `for word in ${words}; do
      case " $* " in *" $word "*) test -e ${marks}/$word || { : > ${marks}/$word; kill -KILL $$; };; esac
    done
    exec ${real} "$@"`;
  const [git, go] = ['git', 'go'].map((name) => findOnPath(name) ?? name);
  const folder = folderWith('git', once('--version ls-tree fetch', git ?? ''));
  addProgram(folder, 'go', once('env', go ?? ''));
  const builder = await startWithPath(folder);
  expect(await capabilitiesOf(builder)).toMatchObject({ sources: { available: true }, builds: { available: true } });
});

test('Go and Git are used behind a proxy, and Git is tried for longer than the operator allows a fetch', {
  tags: ['git'],
}, async () => {
  const nobody = 'http://127.0.0.1:9';
  const proxies = { HTTP_PROXY: nobody, http_proxy: nobody, https_proxy: nobody, all_proxy: nobody };
  const builder = await start(proxies, { fetchMs: 1 });
  expect(await capabilitiesOf(builder)).toMatchObject({ sources: { available: true }, builds: { available: true } });
});
