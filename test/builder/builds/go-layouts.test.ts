// Tests builds with a Go laid out as distributions and version managers lay it out: the program on PATH is a link or a wrapper, and
// GOROOT has links to files elsewhere.
// @module-tag go
import { chmodSync, copyFileSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findGo, type Go } from '../../../builder/server/builds/go.ts';
import type { SandboxKind } from '../../../src/contract/builder/instances.ts';
import { analyzeSource } from '../analyses/analysis-support.ts';
import { startBuilder } from '../breakout/kinds.ts';
import { artifactOf, coldCacheMs, echo, executableSpec, execute } from '../go-support.ts';
import { newFolder } from '../support.ts';

const found = await findGo();

function installedGo(): Go {
  if ('reason' in found) throw new Error(found.reason);
  return found;
}

/** Returns a folder that every user may enter. */
function openFolder(): string {
  const folder = realpathSync(newFolder());
  chmodSync(folder, 0o755);
  return folder;
}

function copyProgram(from: string, to: string): void {
  mkdirSync(join(to, '..'), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

/** Makes a GOROOT like Debian's: the programs are in it, and all other files are links to another folder. */
function debianRoot(prefix: string): string {
  const { root } = installedGo();
  const [goRoot, share] = [join(prefix, 'lib/go-1.24'), join(prefix, 'share/go-1.24')];
  const link = (target: string, name: string) => {
    mkdirSync(join(goRoot, name, '..'), { recursive: true });
    symlinkSync(relative(join(goRoot, name, '..'), target), join(goRoot, name));
  };
  mkdirSync(join(share, 'pkg'), { recursive: true });
  for (const name of ['lib', 'src', 'pkg/include']) {
    symlinkSync(realpathSync(join(root, name)), join(share, name));
    link(join(share, name), name);
  }
  copyProgram(join(root, 'bin/go'), join(goRoot, 'bin/go'));
  link(join(root, 'pkg/tool'), 'pkg/tool');
  link(join(share, 'not-installed'), 'pkg/missing');
  for (const name of ['VERSION', 'go.env']) copyFileSync(join(root, name), join(goRoot, name));
  return goRoot;
}

/** Returns the variables with which a builder finds the Go. */
type Layout = () => Record<string, string>;

function onPath(folder: string): Record<string, string> {
  return { PATH: `${folder}:/usr/bin:/bin` };
}

const layouts: Record<string, Layout> = {
  'links to a shared folder, as on Debian': () => {
    const prefix = openFolder();
    debianRoot(prefix);
    mkdirSync(join(prefix, 'bin'));
    symlinkSync('../lib/go-1.24/bin/go', join(prefix, 'bin/go'));
    return onPath(join(prefix, 'bin'));
  },
  "a version manager's wrapper that needs HOME": () => {
    const home = openFolder();
    const goRoot = debianRoot(join(home, 'installs'));
    mkdirSync(join(home, 'shims'));
    writeFileSync(join(home, 'shims/go'), `#!/bin/sh\nexec "$HOME/${relative(home, goRoot)}/bin/go" "$@"\n`, {
      mode: 0o755,
    });
    return { ...onPath(join(home, 'shims')), HOME: home };
  },
};

const sandboxes: [SandboxKind, string[]][] = [
  ['landlock', []],
  ['namespaces', ['namespaces']],
];
const goCache = resolve('dist/go/cache');

for (const [sandbox, tags] of sandboxes)
  test.for(Object.entries(layouts))(
    `${sandbox} builds, analyzes and runs a Go plugin with %s`,
    { tags, timeout: coldCacheMs },
    async ([, layout]) => {
      const builder = await startBuilder({ sandbox, uid: undefined }, {}, { ...layout(), BUILDER_GO_CACHE: goCache });
      onTestFinished(() => builder.close());
      const files = { 'plugin.go': echo };
      await builder.put('word', executableSpec(await artifactOf(builder, files)));
      expect(await execute(builder, 'word', 'count')).toMatchObject({ status: 200 });
      expect(await analyzeSource(builder, await builder.putArchive(files))).toEqual([]);
    },
  );
