// The lines that `slipway doctor` prints.
import type { SlipwayClient } from '../../client/client.ts';
import { printable } from '../terminal/terminal-text.ts';

export interface Finding {
  name: string;
  /** `lacking`: something is missing, but only some commands need it. */
  status: 'right' | 'lacking' | 'wrong';
  detail: string;
  fix?: string;
}

/** A feature's check of the server, for keys with `plugins:read`. */
export type ServerCheck = (client: SlipwayClient) => Promise<Finding[]>;

export function right(name: string, detail: string): Finding {
  return { name, status: 'right', detail };
}

export function lacking(name: string, detail: string, fix: string): Finding {
  return { name, status: 'lacking', detail, fix };
}

export function wrong(name: string, detail: string, fix: string): Finding {
  return { name, status: 'wrong', detail, fix };
}

const marks = { right: '✓', lacking: '!', wrong: '✗' } as const;
const nameWidth = 9;

export function formatDiagnosis(findings: Finding[]): string {
  const lines = findings.flatMap(({ detail, fix, name, status }) => [
    `${marks[status]} ${name.padEnd(nameWidth)} ${printable(detail)}\n`,
    ...(fix === undefined ? [] : [`  ${'fix'.padEnd(nameWidth)} ${fix}\n`]),
  ]);
  return lines.join('');
}
