// One thing that `slipway test` looks at, and what came of it.

export interface Check {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  /** In one line. */
  detail: string;
  /** What was printed, and tracebacks. */
  lines?: string[];
}

export function passed(name: string, detail: string, lines: string[] = []): Check {
  return { name, status: 'passed', detail, lines };
}

export function failed(name: string, detail: string, lines: string[] = []): Check {
  return { name, status: 'failed', detail, lines };
}

export function skipped(name: string, detail: string): Check {
  return { name, status: 'skipped', detail };
}
