// How a reader deep in archive/ says that the content is beyond reading on. Caught in open.ts: outside, defects are findings.
import { type Finding, finding } from '../contract/finding.ts';
import type { RuleId } from '../contract/rules.ts';

export class Defect extends Error {
  override readonly name = 'Defect';
  readonly finding: Finding;

  constructor(ruleId: RuleId, detail: string, file = '') {
    super(detail);
    this.finding = finding(ruleId, { file }, file, { detail: file === '' ? detail : `${file} (${detail})` });
  }
}
