// Groups log lines that belong to one entry, such as a traceback, and entries with the same text.
import type { components } from '../../../client/api.gen.d.ts';

type Line = components['schemas']['NamespaceLogLine'];

interface Occurrence {
  at: string;
  request: string | undefined;
}

export interface LogEntry extends Omit<Line, 'line'> {
  /** Stays the same as lines are added. */
  id: string;
  lines: string[];
  /** Earlier occurrences, newest first. */
  earlier: Occurrence[];
}

/** Returns entries, newest first. Lines within an entry stay in the order they were printed. */
export function logEntries(lines: readonly Line[]): LogEntry[] {
  const entries: LogEntry[] = [];
  const atTime = new Map<string, number>();
  for (const { line, ...printed } of lines) {
    const last = entries.at(-1);
    if (last && isSameSource(last, printed) && continues(last, line)) last.lines.push(line);
    else {
      const place = `${printed.at} ${printed.deployment_id}`;
      const count = (atTime.get(place) ?? 0) + 1;
      atTime.set(place, count);
      entries.push({ ...printed, id: `${place} ${count}`, lines: [line], earlier: [] });
    }
  }
  return entries.toReversed();
}

/** Merges entries with the same text and version into the newest one. */
export function groupedEntries(entries: readonly LogEntry[]): LogEntry[] {
  const groups = Map.groupBy(entries, ({ lines, plugin, stream, version }) =>
    [plugin, version, stream, ...lines].join('\n'),
  );
  return [...groups.values()].flatMap(([newest, ...earlier]) =>
    newest ? [{ ...newest, earlier: earlier.map(({ at, request }) => ({ at, request })) }] : [],
  );
}

function isSameSource(entry: LogEntry, printed: Omit<Line, 'line'>): boolean {
  return (
    entry.deployment_id === printed.deployment_id &&
    entry.instance === printed.instance &&
    entry.stream === printed.stream &&
    entry.request === printed.request
  );
}

/** Indented lines continue an entry, and so does the line after them in a traceback, which names the exception. */
function continues({ lines }: LogEntry, line: string): boolean {
  if (/^\s/.test(line)) return true;
  const isTraceback = lines[0]?.startsWith('Traceback ') ?? false;
  return isTraceback && /^\s/.test(lines.at(-1) ?? '');
}
