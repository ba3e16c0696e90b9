// Implements `slipway lint`: lints every PATH and writes the report in the requested format.
import type { PolicyLevel } from '../../contract/states.ts';
import { nodeParsers } from '../parsers.ts';
import type { ExitName } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';
import { formatGithub } from './github.ts';
import { noteLeftOut } from './left-out.ts';
import { lintPath } from './lint-path.ts';
import { listFolders, pluginFoldersIn } from './plugin-folder.ts';
import type { Format } from './report.ts';
import {
  buildReport,
  exitName,
  formatSarif,
  isEmptySubject,
  nothingToCheck,
  type Report,
  reportJson,
  type Subject,
} from './report.ts';
import { writeText } from './text.ts';

export interface LintOptions {
  format: Format;
  level: PolicyLevel;
  threads: number;
  root?: string;
}

export async function lint(paths: readonly string[], options: LintOptions, output: Output): Promise<ExitName> {
  const { format, level, root, threads } = options;
  const context = { parsers: nodeParsers(), level, threads, ...(root === undefined ? {} : { root }) };
  const subjects: Subject[] = [];
  for (const path of paths) subjects.push({ path, ...(await lintPath(path, context)) });
  for (const { leftOut } of subjects) noteLeftOut(leftOut, output);
  for (const { kind, path } of subjects) if (kind === 'folder') notePlugins(path, output);
  const report = buildReport(subjects, level);
  const { unchecked } = report;
  for (const { path, why } of unchecked) output.error(`cannot check ${printable(path)}: ${why}`);
  for (const { path } of unchecked.length === 0 ? subjects.filter(isEmptySubject) : []) {
    output.warning(`nothing to check in ${printable(path)}: ${nothingToCheck}`);
  }
  await write(report, format, output);
  const exit = exitName(report);
  if (format === 'text' && exit === 'done') noteHints(subjects, output);
  return exit;
}

/** Loose files are scanned without what only a whole plugin has. */
function notePlugins(folder: string, output: Output): void {
  const plugins = pluginFoldersIn(folder);
  const [first] = plugins;
  if (first === undefined) return;
  const which = `${plugins.length === 1 ? 'the plugin' : 'the plugins'} ${listFolders(plugins)}`;
  output.info(
    printable(`${folder} contains ${which}: manifests and archive rules are checked only by \`slipway lint ${first}\``),
  );
}

/** Hints for people, who first fix what rejects their plugin. */
function noteHints(subjects: readonly Subject[], output: Output): void {
  for (const { hints = [], path } of subjects) for (const hint of hints) output.info(printable(`${path}: ${hint}`));
}

async function write(report: Report, format: Format, output: Output): Promise<void> {
  switch (format) {
    case 'text':
      return await writeText(report, output);
    case 'json':
      return output.data(`${JSON.stringify(reportJson(report), null, 2)}\n`);
    case 'sarif':
      return output.data(formatSarif(report));
    case 'github':
      return output.data(formatGithub(report));
  }
}
