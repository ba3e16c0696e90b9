// A rule's finding about a file, without the file's path: findings omit a tar's top folder, which is known only once all members are
// read.
import { type Finding, finding } from '../../contract/findings/finding.ts';
import type { RuleId } from '../../contract/findings/rules.ts';

export interface Note {
  ruleId: RuleId;
  /** Shown in parentheses after the subject. */
  reason?: string;
  /** The finding's subject, unless it is the whole file. */
  subject?: string;
  line?: number;
  severity?: Finding['severity'];
}

export function findingAt(path: string, { ruleId, reason, subject, line, severity }: Note): Finding {
  const name = subject ?? path;
  return finding(ruleId, { file: path, ...(line === undefined ? {} : { line }) }, name, {
    detail: reason === undefined ? name : `${name} (${reason})`,
    ...(severity === undefined ? {} : { severity }),
  });
}
