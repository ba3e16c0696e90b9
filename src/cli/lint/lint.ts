// `slipway lint` from its arguments to its exit: judge every PATH, write the report in one format.
import type { PolicyLevel } from '../../contract/states.ts';
import type { ExitName } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { nodeParsers } from '../parsers.ts';
import { printable } from '../terminal-text.ts';
import type { Format } from './formats.ts';
import { githubOf } from './github.ts';
import { jsonOf } from './json.ts';
import { judgePath } from './lint-path.ts';
import { exitOf, hasNothing, nothingHere, type Report, reportOf, type Subject } from './report.ts';
import { sarifOf } from './sarif.ts';
import { writeText } from './text.ts';

export interface LintOptions {
  format: Format;
  level: PolicyLevel;
  threads: number;
}

export async function lint(paths: readonly string[], options: LintOptions, output: Output): Promise<ExitName> {
  const { format, level, threads } = options;
  const judging = { parsers: nodeParsers(), level, threads };
  const subjects: Subject[] = [];
  for (const path of paths) subjects.push({ path, ...(await judgePath(path, judging)) });
  const report = reportOf(subjects, level);
  const { unchecked } = report;
  for (const { path, why } of unchecked) output.error(`cannot check ${printable(path)}: ${why}`);
  for (const { path } of unchecked.length === 0 ? subjects.filter(hasNothing) : []) {
    output.warning(`nothing to check in ${printable(path)}: ${nothingHere}`);
  }
  await write(report, format, output);
  return exitOf(report);
}

async function write(report: Report, format: Format, output: Output): Promise<void> {
  switch (format) {
    case 'text':
      return await writeText(report, output);
    case 'json':
      return output.data(jsonOf(report));
    case 'sarif':
      return output.data(sarifOf(report));
    case 'github':
      return output.data(githubOf(report));
  }
}
