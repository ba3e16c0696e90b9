// `slipway test` from a folder to its report: what the registry would find, then what the builder would, on this machine and offline.
import { availableParallelism } from 'node:os';
import { nodeDigest } from '../../../builder/server/blobs/node-digest.ts';
import { memorySource } from '../../archive/byte-source.ts';
import { openArchive } from '../../archive/open.ts';
import { executableKinds, type InstanceSpec } from '../../contract/builder.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Manifest } from '../../contract/manifest.ts';
import { readManifest } from '../../manifest/manifest.ts';
import type { CommandContext, Told } from '../command.ts';
import type { Environment } from '../connection/settings.ts';
import { Failure } from '../failure.ts';
import { judgePath } from '../lint/lint-path.ts';
import type { Judged } from '../lint/lint-result.ts';
import type { Output } from '../output.ts';
import { nodeParsers } from '../parsers.ts';
import { printable } from '../terminal-text.ts';
import { type Check, failed, passed, skipped } from './check.ts';
import { type LocalBuilder, withLocalBuilder } from './local-builder.ts';
import { checkStart, type PluginFiles } from './realtime.ts';
import { sampleRows } from './sample-data.ts';
import { checkPipeline, checkTests, type TriedPlugin } from './tryout.ts';

export interface Testing {
  path: string;
  sampleData?: string;
  verbose?: true;
}

interface Subject {
  sha256: string;
  packed: Uint8Array<ArrayBuffer>;
  files: PluginFiles;
}

export async function testPlugin(
  options: Testing,
  { environment, output }: CommandContext,
  signal: AbortSignal,
): Promise<Told> {
  const { path, sampleData, verbose } = options;
  const rows = sampleData === undefined ? undefined : sampleRows(sampleData);
  output.ongoing('scanning');
  const judged = await judgePath(path, { parsers: nodeParsers(), level: 'seed', threads: availableParallelism() });
  const { packed, plugin, sha256, unchecked } = judged;
  const [unread] = unchecked;
  if (unread) throw new Failure('failed', `cannot read ${unread.path}: ${unread.why}`);
  const structure = checkStructure(judged);
  if (structure.status === 'failed') return told(plugin?.name ?? path, [structure], verbose, 'rejected');
  if (!packed || !sha256)
    throw new Failure('usage', `${path} is no plugin's folder`, { hint: '`slipway init NAME` makes one.' });
  output.ongoing('trying it');
  const subject = { sha256, packed, files: await openFiles(packed) };
  const checks = await withLocalBuilder(environment, signal, async (builder) => {
    await builder.keep(sha256, packed);
    return plugin
      ? await checksOfPython(builder, environment, { ...plugin, ...subject }, rows)
      : await checksOfGo(builder, subject, output);
  });
  const all = [structure, ...checks];
  const name = plugin ? `${plugin.name} ${plugin.version}` : path;
  return told(name, all, verbose, all.some(({ status }) => status === 'failed') ? 'failed' : 'done');
}

function checkStructure({ filesScanned, findings }: Judged): Check {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const lines = findings.map(({ file, line, message, ruleId }) => `${file}:${line}: ${message} [${ruleId}]`);
  if (errors.length > 0)
    return failed('structure', `${errors.length} errors: \`slipway lint\` shows them in full`, lines);
  return passed(
    'structure',
    `${filesScanned} sources, ${findings.length === 0 ? 'nothing found' : 'warnings only'}`,
    lines,
  );
}

async function openFiles(packed: Uint8Array<ArrayBuffer>): Promise<PluginFiles> {
  const archive = await openArchive(memorySource(packed), {
    newDigest: nodeDigest,
    checkAll: true,
    language: 'python',
  });
  return { paths: archive.files.map(({ path }) => path), read: (path) => archive.read(path) };
}

async function checksOfPython(
  builder: LocalBuilder,
  environment: Environment,
  plugin: Subject & TriedPlugin & { version: string },
  rows: JsonObject[] | undefined,
): Promise<Check[]> {
  const { files, name, sha256, version } = plugin;
  const { hasRealtime, manifest } = await readManifest(nodeParsers(), files);
  const hasTests = files.paths.some((path) => /^tests\/.*\.py$/.test(path));
  const spec: InstanceSpec = {
    runtime: 'python',
    archive: sha256,
    plugin: { name, version },
    dependencies: manifest?.dependencies ?? [],
  };
  return [
    checkSchemas(manifest),
    await checkPipeline(builder, environment, plugin, rows),
    hasTests ? await checkTests(builder, environment, plugin) : skipped('tests', 'there is no tests/*.py'),
    hasRealtime ? await checkStart(builder, spec, files) : skipped('realtime', 'there is no realtime.py: batches only'),
  ];
}

function checkSchemas(manifest: Manifest | null): Check {
  const { input_schema, output_schema, parameter_schema } = manifest ?? {};
  const read = Object.entries({ input: input_schema, output: output_schema, parameters: parameter_schema })
    .filter(([, schema]) => schema)
    .map(([name]) => name);
  if (read.length === 0) return skipped('schemas', 'the manifest has none that can be read without running it');
  return passed('schemas', read.join(', '));
}

/** What a Go plugin is, only its compiled `Plugin` tells. */
async function checksOfGo(builder: LocalBuilder, { files, sha256 }: Subject, output: Output): Promise<Check[]> {
  const { checkBuild } = await import('./go-plugin.ts');
  const [check, build] = await checkBuild(builder, sha256, output);
  if (!build) return [check];
  const starts: Check[] = [];
  for (const kind of executableKinds) {
    const spec: InstanceSpec = {
      runtime: 'executable',
      kind,
      artifact: build.artifact.sha256,
      plugin: { name: 'test', version: '1' },
      data: null,
      network: false,
    };
    const start = await checkStart(builder, spec, { ...files, paths: [] });
    if (start.status === 'passed') return [check, { ...start, detail: `a ${kind} plugin, ${start.detail}` }];
    starts.push(start);
  }
  return [check, ...starts.slice(0, 1)];
}

const marks = { passed: '✓', failed: '✗', skipped: '-' } as const;

function told(name: string, checks: Check[], verbose: true | undefined, exit: 'done' | 'failed' | 'rejected'): Told {
  const rows = checks.flatMap(({ detail, lines = [], name: what, status }) => [
    `${marks[status]} ${what.padEnd(9)}  ${printable(detail)}\n`,
    ...(verbose || status === 'failed' ? lines.map((line) => `    ${printable(line)}\n`) : []),
  ]);
  const end = exit === 'done' ? `✓ ${name} passes\n` : `✗ ${name} does not pass\n`;
  return { json: { name, passed: exit === 'done', checks }, text: `${rows.join('')}${end}`, exit };
}
