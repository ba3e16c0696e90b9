// Finds the separator of a CSV in its header.
import { type Separator, separators } from './records.ts';

const names: Record<Separator, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

/** Matches a quoted name, text up to the next separator, or a separator. */
const part = /"(?:[^"]|"")*"?[^,;\t|]*|[^,;\t|"][^,;\t|]*|[,;\t|]/g;

/** Returns the separator outside quotes, or a comma if the CSV has one column. With several, returns the problem. */
export function findSeparator(header: string): { separator: Separator } | { problem: string } {
  const parts = new Set<string>();
  for (const [found] of header.matchAll(part)) if (found.length === 1) parts.add(found);
  const [found = ',', ...others] = separators.filter((one) => parts.has(one));
  if (others.length === 0) return { separator: found };
  const listed = [found, ...others].map((one) => names[one]).join(' and ');
  return {
    problem: `The header of the CSV has ${listed} outside quotes. Name the separator: \`--separator\` in the command, \`separator\` by API. Or quote the column names.`,
  };
}
