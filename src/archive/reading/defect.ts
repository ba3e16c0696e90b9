// Thrown within archive/ when content is too broken to continue reading. contents/archive-contents.ts catches it and records its finding;
// callers of archive/ see only findings.
import { type Finding, finding } from '../../contract/findings/finding.ts';
import type { RuleId } from '../../contract/findings/rules.ts';

export class Defect extends Error {
  override readonly name = 'Defect';
  readonly finding: Finding;

  constructor(ruleId: RuleId, detail: string, file = '') {
    super(detail);
    this.finding = finding(ruleId, { file }, file, { detail: file === '' ? detail : `${file} (${detail})` });
  }
}
