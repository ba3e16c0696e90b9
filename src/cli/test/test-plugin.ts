// Implements `slipway test`: runs the registry's scan and the builder's checks on this machine, offline.
import { availableParallelism } from 'node:os';
import { nodeDigest } from '../../../builder/server/blobs/node-digest.ts';
import { openArchive } from '../../archive/open.ts';
import { memorySource } from '../../archive/reading/byte-source.ts';
import { declaredBatchSize } from '../../contract/builder/batch.ts';
import { executableKinds, type InstanceSpec, type PythonSpec } from '../../contract/builder/instances.ts';
import type { Separator } from '../../contract/runs/records.ts';
import type { JsonText } from '../../core/json/text.ts';
import { outputCheck } from '../../json-schema/output-check.ts';
import { readRequests } from '../../manifest/definition.ts';
import { type ManifestReading, readManifest } from '../../manifest/manifest.ts';
import type { CommandContext, CommandResult } from '../command/context.ts';
import type { Environment } from '../connection/settings.ts';
import { lintPath } from '../lint/lint-path.ts';
import type { LintResult } from '../lint/lint-result.ts';
import { requirePluginFolder } from '../lint/plugin-folder.ts';
import { nodeParsers } from '../parsers.ts';
import { Failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';
import { compareOptions, withBatching } from './batching.ts';
import { type Check, failedCheck, passedCheck, skippedCheck, warningCheck } from './check.ts';
import type { PluginFiles } from './examples.ts';
import { type LocalBuilder, withLocalBuilder } from './local-builder.ts';
import { type InstalledPackages, installPackages } from './packages.ts';
import { checkPipeline } from './pipeline.ts';
import { type Given, give, type Provided, type ProvidedOptions, readProvided } from './provided.ts';
import { checkRealtime, checkStart, type RealtimePlugin } from './realtime.ts';
import { readSampleRows } from './sample-data.ts';
import { checkSchemas } from './schemas.ts';
import { checkTests, type TestedPlugin } from './tryout.ts';

export interface TestOptions extends ProvidedOptions {
  path: string;
  sampleData?: string;
  separator?: Separator;
  verbose?: true;
}

interface Subject {
  sha256: string;
  packed: Uint8Array<ArrayBuffer>;
  files: PluginFiles;
}

export async function testPlugin(
  options: TestOptions,
  { environment, output }: CommandContext,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { path, sampleData, separator, verbose } = options;
  requirePluginFolder(path, 'test');
  const rows = sampleData === undefined ? undefined : await readSampleRows(sampleData, separator);
  const provided = readProvided(options, environment);
  output.progress('scanning');
  const lintResult = await lintPath(path, { parsers: nodeParsers(), level: 'seed', threads: availableParallelism() });
  const { packed, plugin, sha256, unchecked } = lintResult;
  const [unread] = unchecked;
  if (unread) throw new Failure('failed', `cannot read ${unread.path}: ${unread.why}`);
  const structure = checkStructure(lintResult);
  if (structure.status === 'failed') return testResult(plugin?.name ?? path, [structure], verbose, 'rejected');
  if (!packed || !sha256) throw new Error(`${path} is a plugin's folder, but was not packed`);
  output.progress('testing');
  const subject = { sha256, packed, files: await openFiles(packed) };
  const checks = await withLocalBuilder(environment, signal, async (builder) => {
    await builder.keep(sha256, packed);
    return plugin
      ? await checkPythonPlugin(builder, { environment, output, provided, rows }, { ...plugin, ...subject })
      : await checkGoPlugin(builder, { output, provided }, subject);
  });
  const all = [structure, ...dependencyWarnings(lintResult), ...checks];
  const name = plugin ? `${plugin.name} ${plugin.version}` : path;
  return testResult(name, all, verbose, all.some(({ status }) => status === 'failed') ? 'failed' : 'done');
}

function checkStructure({ filesScanned, findings }: LintResult): Check {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const lines = findings.map(({ file, line, message, ruleId }) => `${file}:${line}: ${message} [${ruleId}]`);
  if (errors.length > 0)
    return failedCheck(
      'structure',
      `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}. Run \`slipway lint\` for details.`,
      lines,
    );
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  if (warnings > 0)
    return warningCheck(
      'structure',
      `${filesScanned} sources, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
      lines,
    );
  return passedCheck(
    'structure',
    `${filesScanned} sources, ${lines.length === 0 ? 'no findings' : 'notes only'}`,
    lines,
  );
}

/** Returns the registry's `warnings` about dependencies, which `slipway lint` leaves out. */
function dependencyWarnings({ advice = [] }: LintResult): Check[] {
  return advice.map(({ message }) => warningCheck('packages', message));
}

async function openFiles(packed: Uint8Array<ArrayBuffer>): Promise<PluginFiles> {
  const archive = await openArchive(memorySource(packed), {
    newDigest: nodeDigest,
    checkAll: true,
    language: 'python',
  });
  return { paths: archive.files.map(({ path }) => path), read: (path) => archive.read(path) };
}

interface PythonTest {
  environment: Environment;
  output: Output;
  provided: Provided;
  rows: JsonText[] | undefined;
}

type PythonPlugin = Subject & TestedPlugin & { version: string };

/** If the dependencies can't be installed, nothing else can be tested. */
async function checkPythonPlugin(builder: LocalBuilder, test: PythonTest, plugin: PythonPlugin): Promise<Check[]> {
  const reading = await readManifest(nodeParsers(), plugin.files);
  const packages = await installPackages(builder, reading.manifest, test.output);
  if (packages?.check.status === 'failed') return [packages.check];
  test.output.progress('testing');
  try {
    const checks = await checkInstalled(builder, test, plugin, { ...reading, installed: packages?.installed });
    return packages ? [packages.check, ...checks] : checks;
  } finally {
    packages?.installed?.release();
  }
}

interface Installed extends Pick<ManifestReading, 'hasRealtime' | 'manifest'> {
  installed: InstalledPackages | undefined;
}

async function checkInstalled(
  builder: LocalBuilder,
  { environment, provided, rows }: PythonTest,
  tested: PythonPlugin,
  { hasRealtime, installed, manifest }: Installed,
): Promise<Check[]> {
  const { files, name, sha256, version } = tested;
  const plugin = { ...tested, packages: installed ? [installed.site] : [] };
  const hasTests = files.paths.some((path) => /^tests\/.*\.py$/.test(path));
  const { checks, given } = await give(builder, { manifest, definition: null }, provided);
  const spec: PythonSpec = {
    runtime: 'python',
    archive: sha256,
    plugin: { name, version },
    dependencies: manifest?.dependencies ?? [],
    ...(installed ? { environment: installed.ref } : {}),
    ...given,
  };
  const output = outputCheck(manifest);
  const handler = { spec: withBatching(spec, manifest), files, output, compare: compareOptions(manifest) };
  return [
    ...checks,
    await checkSchemas(builder, environment, plugin, manifest),
    given
      ? await checkPipeline(builder, { spec, rows, output, batchSize: declaredBatchSize(manifest) })
      : skippedCheck('pipeline', notStarted),
    hasTests ? await checkTests(builder, environment, plugin) : skippedCheck('tests', 'no tests/*.py'),
    ...(await checkHandler(builder, { ...handler, given, hasRealtime })),
  ];
}

const notStarted = 'not started, since a deployment would be refused';

interface Handler extends RealtimePlugin {
  given: Given | undefined;
  hasRealtime: boolean;
}

async function checkHandler(builder: LocalBuilder, { given, hasRealtime, ...plugin }: Handler): Promise<Check[]> {
  if (!hasRealtime) return [skippedCheck('realtime', 'no realtime.py (batch only)')];
  return given ? checkRealtime(builder, plugin) : [skippedCheck('realtime', notStarted)];
}

type GoTest = Pick<PythonTest, 'output' | 'provided'>;

/** Tries each kind, since only the compiled `Plugin` shows which kind a Go plugin is. */
async function checkGoPlugin(
  builder: LocalBuilder,
  { output, provided }: GoTest,
  { files, sha256 }: Subject,
): Promise<Check[]> {
  const reading = await readRequests(files);
  if ('problem' in reading) return [failedCheck('structure', reading.problem)];
  const { checks, given } = await give(builder, { manifest: null, definition: reading.definition }, provided);
  const { checkBuild } = await import('./go-plugin.ts');
  const [check, build] = await checkBuild(builder, sha256, output);
  if (!build || !given) return [...checks, check];
  const { models: _, ...permitted } = given;
  const starts: Check[] = [];
  for (const kind of executableKinds) {
    const spec: InstanceSpec = {
      runtime: 'executable',
      kind,
      artifact: build.artifact.sha256,
      plugin: { name: 'test', version: '1' },
      data: null,
      network: false,
      ...permitted,
    };
    const [start] = await checkStart(builder, { spec, files, output: undefined }, []);
    if (start.status === 'passed') return [...checks, check, { ...start, detail: `a ${kind} plugin, ${start.detail}` }];
    starts.push(start);
  }
  return [...checks, check, ...starts.slice(0, 1)];
}

const marks = { passed: '✓', failed: '✗', skipped: '-', warning: '!' } as const;

function testResult(
  name: string,
  checks: Check[],
  verbose: true | undefined,
  exit: 'done' | 'failed' | 'rejected',
): CommandResult {
  const rows = checks.flatMap(({ detail, lines = [], name: what, status }) => [
    `${marks[status]} ${what.padEnd(9)}  ${printable(detail)}\n`,
    ...(verbose || status === 'failed' || status === 'warning' ? lines.map((line) => `    ${printable(line)}\n`) : []),
  ]);
  const untested = checks.filter(({ status }) => status === 'skipped').map((check) => check.name);
  const except = untested.length === 0 ? '' : `; not tested: ${untested.join(', ')}`;
  const end = exit === 'done' ? `✓ ${name} passed${except}\n` : `✗ ${name} failed\n`;
  const json = { name, passed: exit === 'done', not_tested: untested, checks };
  return { json, text: `${rows.join('')}${end}`, exit };
}
