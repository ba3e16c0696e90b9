// Reads tables of test cases in Go's txtar format: each section begins with a line `-- case/path --` and ends before the next section.
// Sections keep every byte, so every file in a table ends with a line feed or is empty.

/** One case in a table: its name, and the texts of its sections by path. */
export interface TableCase {
  name: string;
  files: Record<string, string>;
}

const sectionLine = /^-- ([^/\n]+)\/(.+) --\n/gm;

/** Returns the cases in the order of the table. */
export function readTable(table: string): TableCase[] {
  const cases = new Map<string, Record<string, string>>();
  const starts = [...table.matchAll(sectionLine)];
  if (starts[0]?.index !== 0) throw new Error('a table begins with a line like "-- case/main.py --"');
  for (const [at, { 0: line, 1: name = '', 2: path = '', index }] of starts.entries()) {
    const files = cases.get(name) ?? {};
    if (path in files) throw new Error(`the table has two sections ${name}/${path}`);
    files[path] = table.slice(index + line.length, starts[at + 1]?.index);
    cases.set(name, files);
  }
  return [...cases].map(([name, files]) => ({ name, files }));
}

/** Returns the table with new results in the sections of the cases that were run. */
export function tableWithResults(
  cases: readonly TableCase[],
  results: ReadonlyMap<string, Readonly<Record<string, string>>>,
): string {
  const sections = cases.flatMap(({ files, name }) =>
    Object.entries({ ...files, ...results.get(name) }).map(([path, text]) => {
      if (text !== '' && !text.endsWith('\n')) throw new Error(`${name}/${path} does not end with a line feed`);
      return `-- ${name}/${path} --\n${text}`;
    }),
  );
  return sections.join('');
}
