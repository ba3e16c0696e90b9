// Defines findings, the common result format for archive/, scan/ and manifest/ (scan policy §1).
import { z } from 'zod';
import { type Verdict, verdicts } from '../states.ts';
import { type RuleId, ruleIds, rules } from './rules.ts';

export const severities = ['error', 'warning', 'note'] as const;

/** A step on the trail from a name to its origin. */
export const trailStepSchema = z.object({
  file: z.string(),
  line: z.int().min(1),
  /** The name bound there. */
  name: z.string(),
  /** Set if an import binds it: the module as written, and the member for `from … import`. */
  module: z.string().exactOptional(),
  member: z.string().exactOptional(),
});

export type TrailStep = z.infer<typeof trailStepSchema>;

export const findingSchema = z.object({
  ruleId: z.enum(ruleIds),
  severity: z.enum(severities),
  category: z.string(),
  /** Path within the plugin, without the top folder; '' for the whole archive. */
  file: z.string(),
  /** 1-based; lines end at LF, CRLF or a lone CR only. */
  line: z.int().min(1),
  /** 1-based, in UTF-16 code units. A leading byte order mark is not counted. */
  column: z.int().min(1),
  endLine: z.int().min(1),
  endColumn: z.int().min(1),
  /**
   * The canonical dotted name (`builtins.eval`, `os.system`, `subprocess`), regardless of aliases in the source; '' if there is none.
   */
  name: z.string(),
  message: z.string(),
  /** Bindings between the name in the source and its origin, nearest first. Absent if the source uses the original name. */
  trail: z.array(trailStepSchema).optional(),
  /** Set if the organization waives the rule for this plugin: the finding stays visible but does not reject (scan policy §8b). */
  waiver: z.object({ id: z.string(), reason: z.string(), expiresAt: z.int() }).optional(),
  /** The surrounding lines, for a rejected upload, whose archive is not kept. */
  excerpt: z.object({ firstLine: z.int().min(1), lines: z.array(z.string()) }).optional(),
});

export type Finding = z.infer<typeof findingSchema>;

export interface Place {
  file: string;
  line?: number;
  column?: number;
  endLine?: number;
  endColumn?: number;
}

export interface FindingOptions {
  /** Replaces `name` in the message if the name alone is unclear. */
  detail?: string;
  /** Overrides the rule's severity in some cases (SLP713). */
  severity?: Finding['severity'];
  trail?: readonly TrailStep[];
}

/** Creates a finding. Severity, category and message template come from the rule catalog. */
export function finding(ruleId: RuleId, place: Place, name: string, options: FindingOptions = {}): Finding {
  const { category, message, severity } = rules[ruleId];
  const line = place.line ?? 1;
  const column = place.column ?? 1;
  return {
    ruleId,
    severity: options.severity ?? severity,
    category,
    file: place.file,
    line,
    column,
    endLine: place.endLine ?? line,
    endColumn: place.endColumn ?? column,
    name,
    message: message.replace('{name}', () => options.detail ?? name),
    ...(options.trail && options.trail.length > 0 ? { trail: [...options.trail] } : {}),
  };
}

/** Moves a finding, with the trail steps in the same file, to another path. `dottedName` names the trail's other files. */
export function relocate(finding: Finding, file: string, nameOf: (path: string) => string = (path) => path): Finding {
  const { trail } = finding;
  if (!trail) return { ...finding, file };
  const moved = trail.map((step) => ({ ...step, file: step.file === finding.file ? file : nameOf(step.file) }));
  return { ...finding, file, trail: moved };
}

/** Sorts by file, line, column and rule. Keeps one finding per (file, line, rule, name), with the highest severity. */
export function sortedFindings(findings: Iterable<Finding>): Finding[] {
  const unique = new Map<string, Finding>();
  for (const f of [...findings].sort(byPlace)) {
    const key = JSON.stringify([f.file, f.line, f.ruleId, f.name]);
    const kept = unique.get(key);
    if (!kept || severities.indexOf(f.severity) < severities.indexOf(kept.severity)) unique.set(key, f);
  }
  return [...unique.values()];
}

function byPlace(a: Finding, b: Finding): number {
  return compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.ruleId, b.ruleId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Derives the verdict. A waived error counts as a warning. */
export function decideVerdict(findings: Iterable<Finding>): Verdict {
  let verdict: Verdict = 'pass';
  for (const { severity, waiver } of findings) {
    if (severity === 'error' && !waiver) return 'reject';
    if (severity !== 'note') verdict = 'warn';
  }
  return verdict;
}

export const verdictSchema = z.enum(verdicts);
