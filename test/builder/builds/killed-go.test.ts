// Kills Go and each program that it starts, at three moments. The build fails with the signal, never with a fault of the source, and the
// next one of the same source succeeds.
// @module-tag go
// @module-tag long
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildSource, coldCacheMs, echo, goCache, goMod, startGoBuilder } from '../go-support.ts';
import { newFolder, type TestBuilder } from '../support.ts';
import { installedGo, openFolder } from './debian-root.ts';
import { type Doom, doomed, spare } from './doomed-programs.ts';

/** Does what the shell's script in doomed-programs.ts does, because a sandbox has no shell. */
const program = `package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const folder = "FOLDER"

func main() {
	if os.Getenv("GOROOT") == "" {
		os.Setenv("GOROOT", folder)
	}
	name := filepath.Base(os.Args[0])
	real := filepath.Join(folder, "real", name)
	doom, _ := os.ReadFile(filepath.Join(folder, "doom"))
	words := strings.Fields(string(doom))
	if len(words) < 3 || !strings.Contains(" "+name+" "+strings.Join(os.Args[1:], " ")+" ", " "+strings.Join(words[2:], " ")+" ") {
		syscall.Exec(real, append([]string{real}, os.Args[1:]...), os.Environ())
	}
	var printed bytes.Buffer
	run := exec.Command(real, os.Args[1:]...)
	run.Stdin, run.Stdout, run.Stderr = os.Stdin, &printed, os.Stderr
	if words[0] != "just-started" {
		run.Run()
	}
	if words[0] == "in-the-middle" {
		printed.Truncate(printed.Len() / 2)
	}
	io.Copy(os.Stdout, &printed)
	syscall.Kill(os.Getpid(), map[string]syscall.Signal{"KILL": syscall.SIGKILL, "TERM": syscall.SIGTERM}[words[1]])
	select {}
}
`;

const folder = openFolder();
let builder: TestBuilder;
beforeAll(async () => {
  layOut();
  builder = await startGoBuilder({ env: { PATH: `${folder}/bin:${process.env.PATH}` } });
  expect(await build('first')).toMatchObject({ type: 'built' });
}, coldCacheMs);
afterAll(() => builder.close());
afterEach(() => spare(folder));

/** Lays out a GOROOT with the doomed program in place of Go and its tools. */
function layOut(): void {
  const { root, target } = installedGo();
  const source = newFolder();
  writeFileSync(join(source, 'main.go'), program.replace('FOLDER', folder));
  const made = join(source, 'made');
  const env = { ...process.env, CGO_ENABLED: '0', GOCACHE: goCache, GOFLAGS: '' };
  execFileSync('go', ['build', '-o', made, 'main.go'], { cwd: source, env });
  const tools = join('pkg/tool', target.replace('/', '_'));
  for (const path of ['bin', 'real', tools]) mkdirSync(join(folder, path), { recursive: true });
  for (const name of readdirSync(root).filter((each) => each !== 'bin' && each !== 'pkg'))
    symlinkSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'pkg/include'), join(folder, 'pkg/include'));
  for (const name of readdirSync(join(root, tools))) copyFileSync(join(root, tools, name), join(folder, tools, name));
  for (const path of ['bin/go', join(tools, 'compile'), join(tools, 'link')]) {
    copyFileSync(join(root, path), join(folder, 'real', basename(path)));
    copyFileSync(made, join(folder, path));
  }
}

function build(unique: string) {
  const files = { 'go.mod': goMod(), 'plugin.go': `${echo}\nvar unique = "${unique}"\n` };
  return buildSource(builder, files, { wasm: true });
}

/** The compiler of the plugin's own package, and the linker of its executable. */
const words = ['mod edit', 'list', 'version', '-p main', '-buildmode=exe'];
const moments = ['just started', 'in the middle', 'after its output'] as const;
/** Go first asks its tools for their versions. */
const asked: Doom[] = ['compile', 'link'].map((word) => ({ word, moment: 'just started', signal: 'KILL' }));
const dooms: Doom[] = words.flatMap((word) =>
  moments.flatMap((moment) => (['KILL', 'TERM'] as const).map((signal) => ({ word, moment, signal }))),
);

test.each([...asked, ...dooms])(
  'a build whose `$word` gets SIG$signal $moment is tried again',
  { timeout: 120_000 },
  async (doom) => {
    const unique = randomUUID();
    doomed(folder, doom);
    const failed = await build(unique);
    const message = expect.stringMatching(
      /was stopped from outside: .*(?:SIGKILL|SIGTERM|signal: killed|signal: terminated)\.$/,
    );
    expect(failed).toMatchObject({ type: 'failed', deterministic: false, error: { code: 'build-failed', message } });
    spare(folder);
    expect(await build(unique)).toMatchObject({ type: 'built', build: { wasm: { artifact: {} } } });
  },
);
