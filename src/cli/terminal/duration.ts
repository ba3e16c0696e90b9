// Parses durations and times, and formats times.
import { InvalidArgumentError } from 'commander';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses `90s`, `10m` or `1h` to milliseconds. A bare number is in seconds. */
export function parseDuration(text: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (number === '') throw new InvalidArgumentError('Use a duration such as 90s, 10m or 1h.');
  return (
    Number(number) * unitMs[Object.keys(unitMs).find((known): known is keyof typeof unitMs => known === unit) ?? 's']
  );
}

/** Parses an ISO time, or a duration before now. Returns an ISO time. */
export function parseTime(text: string): string {
  const at = /^\d{1,9}(ms|s|m|h|d)$/.test(text) ? Date.now() - parseDuration(text) : Date.parse(text);
  if (Number.isNaN(at))
    throw new InvalidArgumentError('Use an ISO time such as 2026-11-20T12:00:00Z, or 2h for two hours ago.');
  return new Date(at).toISOString();
}

export const timeoutOption = {
  '--timeout <time>': {
    description: 'how long to wait, such as 90s or 10m',
    parse: parseDuration,
    default: 600_000,
    defaultText: '10m',
  },
} as const;

/** Returns `2026-11-20 12:31:07Z`, or `-` for null. */
export function formatTime(iso: string | null): string {
  return iso === null ? '-' : `${iso.slice(0, 19).replace('T', ' ')}Z`;
}
