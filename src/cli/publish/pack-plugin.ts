// Packs a plugin's folder for publishing and scans it with the registry's rules before any upload.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, posix } from 'node:path';
import { examplePath, unknownKeys } from '../../contract/builder/example.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import { isWaivable } from '../../contract/findings/rules.ts';
import { noteLeftOut } from '../lint/left-out.ts';
import { lintPath } from '../lint/lint-path.ts';
import { requirePluginFolder } from '../lint/plugin-folder.ts';
import { buildReport, type Report } from '../lint/report.ts';
import { formatFindings } from '../lint/text.ts';
import { nodeParsers } from '../parsers.ts';
import { Failure } from '../terminal/failure.ts';
import { abortable } from '../terminal/interruption.ts';
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';

export interface PackedPlugin {
  name: string;
  version: string;
  archive: Uint8Array<ArrayBuffer>;
  /** Archive digest, under which the registry stores it. */
  sha256: string;
  /** Digest of its files, which tells whether the content is already published, however it was packed. */
  filesSha256: string;
  /** Number of scanned source files. */
  files: number;
  report: Report;
}

export interface PackOptions {
  /** Files to pack although they look like secrets or are ignored, relative to the folder. */
  include?: readonly string[] | undefined;
  /** Errors that a waiver may cover don't reject the folder, since only the server knows the waivers. */
  isWaived?: boolean | undefined;
}

/**
 * Packs and scans the folder. Prints a rejection to standard error, to keep standard output for data.
 */
export async function packPlugin(
  folder: string,
  output: Output,
  signal: AbortSignal,
  { include = [], isWaived = false }: PackOptions = {},
): Promise<PackedPlugin> {
  requirePluginFolder(folder, 'publish');
  const lintContext = {
    parsers: nodeParsers(),
    level: 'seed' as const,
    threads: availableParallelism(),
    ...(include.length > 0 ? { include: include.map((path) => posix.normalize(path)) } : {}),
  };
  const result = await abortable(lintPath(folder, lintContext), signal);
  noteLeftOut(result.leftOut, output);
  const report = buildReport([{ path: folder, ...result }], 'seed');
  const [unread] = report.unchecked;
  if (unread) throw new Failure('failed', `cannot read ${unread.path}: ${unread.why}`);
  const errors = result.findings.filter(({ severity }) => severity === 'error');
  if (report.verdict === 'reject' && !(isWaived && errors.every(({ ruleId }) => isWaivable(ruleId)))) {
    output.info(
      (await formatFindings({ path: folder, findings: result.findings, read: result.read }, output)).trimEnd(),
    );
    throw rejected(errors);
  }
  const { advice = [], filesScanned, filesSha256, hints = [], packed, plugin, sha256 } = result;
  if (!packed || !plugin || !sha256 || !filesSha256)
    throw new Error(`${folder} has a manifest, but was not packed as a plugin`);
  // Only the server knows which packages were installed before.
  const certain = advice.filter(({ ruleId }) => ruleId !== 'SLM406').map(({ message }) => message);
  for (const message of [...certain, ...exampleAdvice(folder), ...hints]) output.info(`  ! ${printable(message)}`);
  return { ...plugin, archive: packed, sha256, filesSha256, files: filesScanned, report };
}

function rejected(errors: readonly Finding[]): Failure {
  const [rule = 'RULE'] = errors.map(({ ruleId }) => ruleId);
  const [what, which] = errors.length === 1 ? ['error', 'the rule'] : ['errors', 'the first one'];
  const waiver = errors.every(({ ruleId }) => isWaivable(ruleId))
    ? ' If a waiver covers it, publish with --waived.'
    : '';
  return new Failure('rejected', `rejected before upload: ${errors.length} ${what}`, {
    title: 'Rejected',
    hint: `Fix the ${what}. \`slipway lint --explain ${rule}\` explains ${which}.${waiver}`,
    details: { findings: errors },
  });
}

/** Returns `slipway test` advice on the plugin's examples, without running them. */
function exampleAdvice(folder: string): string[] {
  const examples = join(folder, 'tests/examples');
  if (!existsSync(examples)) return [];
  return readdirSync(examples)
    .filter((name) => examplePath.test(`tests/examples/${name}`))
    .flatMap((name) => {
      const ignored = unknownKeys(readFileSync(join(examples, name), 'utf8'));
      return ignored === undefined ? [] : [`tests/examples/${name}: ${ignored}`];
    });
}
