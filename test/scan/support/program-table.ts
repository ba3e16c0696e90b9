// Reads and writes tables of programs: text files with a section for each file of a case, and one for what became of it.
//   -- star-append/main.py --
//   import os
//   -- star-append: expected --
//   started os.system id
//   found main.py:2 error SLP501 os

export interface ProgramCase {
  name: string;
  /** Texts by path. Each is empty, or ends with a newline. */
  files: Record<string, string>;
}

export interface Outcome {
  /** Commands that CPython started. */
  started: readonly string[];
  /** `main.py:2 error SLP501 os`. */
  findings: readonly string[];
}

/** Returns the cases in their order, without what is expected of them. */
export function readProgramTable(table: string): ProgramCase[] {
  const cases = new Map<string, ProgramCase>();
  const [, ...parts] = table.split(/^-- (.+) --\n/m);
  for (let at = 0; at < parts.length; at += 2) {
    const [head = '', text = ''] = parts.slice(at, at + 2);
    const [, name, path] = /^([^/:]+)\/(.+)$/.exec(head) ?? [];
    if (name === undefined || path === undefined) continue;
    const known = cases.get(name) ?? { name, files: {} };
    known.files[path] = text;
    cases.set(name, known);
  }
  return [...cases.values()];
}

export function writeProgramTable(cases: readonly (ProgramCase & Outcome)[]): string {
  return cases
    .flatMap(({ name, files, findings, started }) => [
      ...Object.entries(files).map(([path, text]) => `-- ${name}/${path} --\n${text}`),
      `-- ${name}: expected --\n`,
      ...started.map((command) => `started ${command}\n`),
      ...findings.map((finding) => `found ${finding}\n`),
    ])
    .join('');
}
