// Checks docs/guarantees.md: every statement is still in its document, and every test that is named for it still exists.

/** A row of a table: a statement of the document that the section names, and the tests of it. */
export interface Guarantee {
  document: string;
  statement: string;
  tests: { file: string; title: string }[];
  line: number;
}

export const guaranteesFile = 'docs/guarantees.md';

const section = /^## (\S+\.md)$/;
const row = /^\| (.+?) \| (`.+) \|$/;
const namedTest = /^`([^`]+)`: (.+)$/;

export function guaranteesOf(text: string): Guarantee[] {
  const guarantees: Guarantee[] = [];
  let document = '';
  for (const [at, line] of text.split('\n').entries()) {
    document = section.exec(line)?.[1] ?? document;
    const [, statement, tests] = row.exec(line) ?? [];
    if (statement === undefined || tests === undefined) continue;
    const named = tests.split('<br>').map((test) => {
      const [, file = '', title = test] = namedTest.exec(test) ?? [];
      return { file, title };
    });
    guarantees.push({ document, statement, tests: named, line: at + 1 });
  }
  return guarantees;
}

/** `texts` are the project's files by path, and `documents` those that must have guarantees. Returns one line for each fault. */
export function guaranteeProblems(texts: ReadonlyMap<string, string>, documents: readonly string[]): string[] {
  const guarantees = guaranteesOf(texts.get(guaranteesFile) ?? '');
  const listed = new Set(guarantees.map(({ document }) => document));
  return [
    ...documents
      .filter((document) => !listed.has(document))
      .map((document) => `${guaranteesFile}: no guarantee of ${document} is listed`),
    ...guarantees.flatMap((guarantee) => problemsOf(guarantee, texts)),
  ];
}

function problemsOf({ document, line, statement, tests }: Guarantee, texts: ReadonlyMap<string, string>): string[] {
  const at = `${guaranteesFile}:${line}`;
  const isStated = plain(texts.get(document) ?? '').includes(plain(statement));
  return [
    ...(isStated ? [] : [`${at}: ${document} does not state: ${statement}`]),
    ...tests
      .filter(({ file, title }) => !hasTest(texts.get(file) ?? '', title))
      .map(({ file, title }) => `${at}: ${file === '' ? 'no file' : file} has no test: ${title}`),
  ];
}

/** One line without emphasis and code marks, so that a statement may be quoted across line breaks. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/[*`]|\\(?=\|)/g, '')
    .replaceAll(/\]\([^)]*\)|\[/g, '')
    .replaceAll(/\s+/g, ' ');
}

/** The title of a test or of a group, as it is written in TypeScript, Python or Go. */
function hasTest(text: string, title: string): boolean {
  const written = title.replaceAll('\\|', '|');
  return (
    ["'", '"', '`'].some((quote) => text.includes(quote + written + quote)) ||
    text.includes(`def ${written}(`) ||
    text.includes(`func ${written}(`)
  );
}
