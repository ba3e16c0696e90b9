// Selects log lines by level. Plugins print text, so the level comes from the line: a level word near its start, as Python's `logging`
// and Go's `slog` print it. Without one, standard error and host lines, which report failures, count as `error`, and standard output as
// `info`.
import type { LogLine } from './line.ts';

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A lookahead is never tried again, so that a line of signs is read once. */
const levelWord = /^(?=([^A-Za-z]*))\1(?:\S+\s+){0,3}?(?:level=)?\b(DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\b/i;
const levelByWord: Readonly<Record<string, LogLevel>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warning',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'error',
  FATAL: 'error',
};

/** Returns a filter for lines in order. An indented line belongs to the previous line of the same stream. */
export function levelFilter(least: LogLevel | undefined): (line: Pick<LogLine, 'line' | 'stream'>) => boolean {
  if (least === undefined) return () => true;
  const last = new Map<LogLine['stream'], LogLevel>();
  return ({ line, stream }) => {
    const continued = /^\s/.test(line) ? last.get(stream) : undefined;
    const word = levelWord.exec(line)?.[2]?.toUpperCase() ?? '';
    const level = continued ?? levelByWord[word] ?? (stream === 'stdout' ? 'info' : 'error');
    last.set(stream, level);
    return logLevels.indexOf(level) >= logLevels.indexOf(least);
  };
}
