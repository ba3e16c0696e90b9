// Collects a file's findings, converts offsets to locations, and caps their number (scan policy §7).
import {
  type Finding,
  type FindingOptions,
  finding,
  sortedFindings,
  type TrailStep,
} from '../../contract/findings/finding.ts';
import type { RuleId } from '../../contract/findings/rules.ts';
import { limits } from '../../contract/limits/scans.ts';

export interface Range {
  start: number;
  end: number;
}

/** Where the text is invalid in its language, or exceeds a scanner limit (scan policy §7, §8a). */
export interface SyntaxProblem extends Range {
  ruleId: 'SLP601' | 'SLP603';
  detail: string;
}

export class Report {
  readonly file: string;
  private readonly text: string;
  private readonly collected: Finding[] = [];
  private lines: LineTable | undefined;
  private overflowed = false;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  add(ruleId: RuleId, range: Range, name: string, options: FindingOptions = {}): void {
    if (this.collected.length >= limits.findings) {
      this.overflowed = true;
      return;
    }
    this.lines ??= new LineTable(this.text);
    const start = this.lines.locationOf(range.start);
    const end = this.lines.locationOf(range.end);
    const location = { file: this.file, ...start, endLine: end.line, endColumn: end.column };
    this.collected.push(finding(ruleId, location, name, options));
  }

  /** Adds a finding for an entry of the policy. */
  addEntry(
    { ruleId, severity }: { ruleId: RuleId } & Pick<FindingOptions, 'severity'>,
    range: Range,
    name: string,
    trail: readonly TrailStep[] = [],
  ): void {
    this.add(ruleId, range, name, severity === undefined ? { trail } : { severity, trail });
  }

  addProblem(problem: SyntaxProblem): void {
    this.add(problem.ruleId, problem, '', { detail: problem.detail });
  }

  lineOf(offset: number): number {
    this.lines ??= new LineTable(this.text);
    return this.lines.locationOf(offset).line;
  }

  /** True if the file already has more findings than the limit, so that looking for others is pointless. */
  get isFull(): boolean {
    return this.overflowed;
  }

  clear(): void {
    this.collected.length = 0;
    this.overflowed = false;
  }

  /** Raises SLP151 (suspicious destinations) to an error if the file also looks for credentials (SLP150, scan policy §9). */
  escalate(): void {
    if (!this.collected.some(({ ruleId }) => ruleId === 'SLP150')) return;
    for (const finding of this.collected) if (finding.ruleId === 'SLP151') finding.severity = 'error';
  }

  findings(): Finding[] {
    if (!this.overflowed) return sortedFindings(this.collected);
    const detail = `more than ${limits.findings} findings`;
    return sortedFindings([...this.collected, finding('SLP603', { file: this.file }, '', { detail })]);
  }
}

class LineTable {
  private readonly lineStarts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.lineStarts.push(at + 1);
  }

  locationOf(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.lineStarts[low] ?? 0) + 1 };
  }
}
