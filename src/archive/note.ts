// What a rule says of a file without knowing where in the plugin it lies: a tar's top folder is known only at its end.
import { type Finding, finding } from '../contract/finding.ts';
import type { RuleId } from '../contract/rules.ts';

export interface Note {
  ruleId: RuleId;
  /** Told behind the path. */
  why?: string;
  /** What was found, where it isn't the file as a whole. */
  found?: string;
  line?: number;
  severity?: Finding['severity'];
}

export function findingAt(path: string, { ruleId, why, found, line, severity }: Note): Finding {
  const name = found ?? path;
  return finding(ruleId, { file: path, ...(line === undefined ? {} : { line }) }, name, {
    detail: why === undefined ? name : `${name} (${why})`,
    ...(severity === undefined ? {} : { severity }),
  });
}
