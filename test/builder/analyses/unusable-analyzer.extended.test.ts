// Tests an analyzer that crashes or can't read what this machine's Go compiles. Small programs stand in for it.
// @module-tag go
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { notCompiled } from '../../../builder/server/builds/compile-caches.ts';
import { confinementFile } from '../../../src/contract/builder/instances.ts';
import { healthSchema, machineReportSchema } from '../../../src/contract/builder/machine/health.ts';
import { struck } from '../builds/striking.ts';
import { coldCacheMs, echo, goCache, goMod, startGoBuilder } from '../go-support.ts';
import { eventually, newFolder, refusal, type TestBuilder } from '../support.ts';
import { analyze, analyzeSource } from './analysis-support.ts';

/** Does what the file `trial` or `plugin` beside it says, in the trial or for a plugin. */
const program = `package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	file := "plugin"
	if _, err := os.Stat(filepath.Join(os.Args[2], "reaching.go")); err == nil {
		file = "trial"
	}
	text, _ := os.ReadFile(filepath.Join(filepath.Dir(os.Args[0]), file))
	how, what, _ := strings.Cut(string(text), " ")
	switch how {
	case "panic":
		panic(what)
	case "wait":
		time.Sleep(time.Hour)
	case "fail":
		_, _ = os.Stderr.WriteString(what)
		os.Exit(2)
	}
	_, _ = os.Stdout.WriteString(what)
}
`;

const panics = 'panic unexpected expr: *ast.KeyValueExpr';
const reaches = (name: string) => {
  const reached = [{ name, path: [], module: null, through: '' }];
  return `print ${JSON.stringify({ reached, functions: '' })}`;
};
const passes = reaches('READ_SYSTEM_STATE');

const executable = join(newFolder(), 'stand-in');
/** Digest of this checkout's analyzer. */
let recipe = '';
beforeAll(async () => {
  const builder = await startGoBuilder();
  const { builds } = await capabilitiesOf(builder);
  await builder.close();
  if (!builds.available) throw new Error(builds.reason);
  recipe = builds.analyzer;
  const source = newFolder();
  writeFileSync(join(source, 'main.go'), program);
  const env = { ...process.env, CGO_ENABLED: '0', GOCACHE: goCache, GOFLAGS: '' };
  execFileSync('go', ['build', '-o', executable, 'main.go'], { cwd: source, env });
}, coldCacheMs);

interface Machine {
  builder: TestBuilder;
  /** Changes what the analyzer does in its trial or for a plugin. */
  change(file: 'trial' | 'plugin', text: string): void;
  archive: string;
}

/** Starts a builder with an analyzer that does these. */
async function startWith(trial: string, plugin: string): Promise<Machine> {
  const cache = newFolder();
  const compiled = readdirSync(goCache).filter((name) => !name.startsWith(notCompiled));
  for (const name of compiled) symlinkSync(join(goCache, name), join(cache, name));
  const folder = join(cache, `${notCompiled}capabilities-${recipe.slice(0, 16)}`);
  mkdirSync(folder);
  const change: Machine['change'] = (file, text) => writeFileSync(join(folder, file), text);
  change('trial', trial);
  change('plugin', plugin);
  copyFileSync(executable, join(folder, 'capabilities'));
  const builder = await startGoBuilder({ env: { BUILDER_GO_CACHE: cache } });
  return { builder, change, archive: await builder.putArchive({ 'go.mod': goMod(), 'plugin.go': echo }) };
}

async function capabilitiesOf(builder: TestBuilder) {
  return healthSchema.parse((await builder.send('GET', '/health')).body).capabilities;
}

/** Analyzes the source, and kills the analyzer when it appears. */
function killed(builder: TestBuilder, archive: string) {
  return struck(builder.process.pid ?? 0, /\/capabilities -source /, 'SIGKILL', () => analyze(builder, archive));
}

describe('an analyzer that passed its trial', () => {
  let machine: Machine;
  let sources = 0;
  beforeAll(async () => {
    machine = await startWith(passes, passes);
    await analyzeSource(machine.builder, machine.archive);
  });
  afterAll(() => machine.builder.close());

  /** Returns a source that has no stored result. */
  function newSource(): Promise<string> {
    return machine.builder.putArchive({ 'go.mod': goMod(), 'plugin.go': `${echo}\n// ${sources++}\n` });
  }

  test.each([
    ['panics', panics],
    ['prints no result', 'print {}'],
  ])("an analyzer that %s is the platform's failure, and the next request tries again", async (_, plugin) => {
    const { builder, change } = machine;
    const archive = await newSource();
    change('plugin', plugin);
    const answer = await analyze(builder, archive);
    expect(refusal(answer)).toBe('503 analyzer-failed');
    expect(answer.body).toMatchObject({
      error: {
        message: expect.stringMatching(/^Slipway's analyzer of Go programs crashed, which is not the plugin's fault\./),
      },
    });
    expect((await capabilitiesOf(builder)).builds).toMatchObject({ available: true });
    change('plugin', reaches('NETWORK'));
    expect(await analyzeSource(builder, archive)).toMatchObject([{ name: 'NETWORK' }]);
  });

  test("a killed analyzer is the platform's failure", async () => {
    machine.change('plugin', 'wait');
    const { result } = await killed(machine.builder, await newSource());
    expect(refusal(result)).toBe('500 internal');
    expect(result.body).toMatchObject({ error: { message: expect.stringContaining('was stopped from outside') } });
  });

  test('an analyzer that gets no more memory fails closed, with the reason', async () => {
    machine.change('plugin', 'fail fatal error: runtime: out of memory');
    expect(await analyzeSource(machine.builder, await newSource())).toMatchObject([
      { name: 'UNANALYZED', reason: 'The analysis exceeded a limit: exit code 2.' },
    ]);
  });
});

test.each([
  ['panics', panics, 'exit code 2, panic: unexpected expr: \\*ast\\.KeyValueExpr'],
  ['reports errors', 'print {"failed": "reading iter: unexpected type"}', 'reading iter: unexpected type'],
  ['finds nothing', reaches('RUNTIME'), 'it overlooks what a program reaches'],
])('an analyzer that %s in its trial disables Go plugins, and the reason names the version', async (_, trial, why) => {
  const { archive, builder } = await startWith(trial, passes);
  onTestFinished(() => builder.close());
  const reason = expect.stringMatching(
    new RegExp(
      `^Go 1\\.\\S+ can't be used for plugins, because Slipway's analyzer can't read its programs: ${why}\\. Upgrade Slipway, or install an older Go, and restart the builder\\.$`,
    ),
  );
  const answer = await analyze(builder, archive);
  expect([refusal(answer), answer.body]).toEqual([
    '503 capability-missing',
    { error: { code: 'capability-missing', message: reason } },
  ]);
  expect((await capabilitiesOf(builder)).builds).toEqual({ available: false, reason });
  const report = () => JSON.parse(readFileSync(join(builder.stateFolder, confinementFile), 'utf8'));
  await eventually(() => machineReportSchema.parse(report()).shortfalls).toContainEqual({
    effect: 'Go plugins are disabled.',
    reason,
  });
});

test('an analyzer that is already built is tried when the builder starts', async () => {
  const { builder } = await startWith(panics, passes);
  onTestFinished(() => builder.close());
  await expect.poll(async () => (await capabilitiesOf(builder)).builds.available).toBe(false);
});

test('an analyzer that is killed in its trial is tried again', async () => {
  const { archive, builder, change } = await startWith('wait', passes);
  onTestFinished(() => builder.close());
  expect(refusal((await killed(builder, archive)).result)).toBe('500 internal');
  change('trial', passes);
  expect(await analyzeSource(builder, archive)).toMatchObject([{ name: 'READ_SYSTEM_STATE' }]);
});
