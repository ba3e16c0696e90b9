// Defines a check of `slipway test` and its result.

export interface Check {
  name: string;
  /** A warning is reported without failing the test. A skipped check tested nothing. */
  status: 'passed' | 'failed' | 'skipped' | 'warning';
  /** The result in one line. */
  detail: string;
  /** Plugin output and tracebacks. */
  lines?: string[];
}

export function passedCheck(name: string, detail: string, lines: string[] = []): Check {
  return { name, status: 'passed', detail, lines };
}

export function failedCheck(name: string, detail: string, lines: string[] = []): Check {
  return { name, status: 'failed', detail, lines };
}

export function skippedCheck(name: string, detail: string, lines: string[] = []): Check {
  return { name, status: 'skipped', detail, lines };
}

export function warningCheck(name: string, detail: string, lines: string[] = []): Check {
  return { name, status: 'warning', detail, ...(lines.length === 0 ? {} : { lines }) };
}
