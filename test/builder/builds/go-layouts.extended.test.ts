// Tests builds with a Go laid out as distributions and version managers lay it out: the program on PATH is a link or a wrapper, and
// GOROOT has links to files elsewhere.
// @module-tag go
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SandboxKind } from '../../../src/contract/builder/instances.ts';
import { analyzeSource } from '../analyses/analysis-support.ts';
import { startBuilder } from '../breakout/kinds.ts';
import { artifactOf, coldCacheMs, echo, executableSpec, execute } from '../go-support.ts';
import { debianRoot, openFolder } from './debian-root.ts';

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
