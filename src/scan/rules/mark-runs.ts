// Reports names with long runs of combining marks (SLU103). This is a check of an upload, not of the scan policy: versions that exist
// keep their verdict, and `normalize` reads their names in linear time too.
import { hasLongMarkRun } from '../../core/normalization.ts';
import type { Report } from '../file/report.ts';
import type { Tokens } from '../syntax/token.ts';

const shownChars = 40;

/** Reports each name once, at its first use. */
export function checkMarkRuns(text: string, tokens: Tokens, report: Report): void {
  const seen = new Set<string>();
  for (const index of tokens.nonAsciiNames) {
    const range = { start: tokens.start(index), end: tokens.end(index) };
    const name = text.slice(range.start, range.end);
    if (seen.has(name) || !hasLongMarkRun(name)) continue;
    seen.add(name);
    const shown = name.length > shownChars ? `${name.slice(0, shownChars)}…`.toWellFormed() : name;
    const detail = `${JSON.stringify(shown)} has more than 30 in a row`;
    report.add('SLU103', range, shown, { detail });
  }
}
