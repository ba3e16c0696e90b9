// Collects what the documents promise from the tests: the comment `// Promised in README.md: A version never changes.` directly above
// a test or a group of tests quotes the statement that fails with it. The comment may go on over several lines.
import { findPromises, type Promised } from './promises.ts';

export interface Guarantee {
  document: string;
  statement: string;
  tests: { file: string; title: string }[];
}

/** `texts` are the project's files by path. Statements are in the order of their documents. */
export function collectGuarantees(texts: ReadonlyMap<string, string>, documents: readonly string[]): Guarantee[] {
  const promises = [...texts].flatMap(([file, text]) => findPromises(file, text));
  return documents.flatMap((document) => {
    const text = plain(texts.get(document) ?? '');
    const made = Map.groupBy(
      promises.filter((promise) => promise.document === document),
      ({ statement }) => plain(statement),
    );
    return [...made]
      .map(([statement, tests]) => ({ document, statement, tests, at: text.indexOf(statement) }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ at: _, ...guarantee }) => ({ ...guarantee, tests: guarantee.tests.map(nameOf) }));
  });
}

const nameOf = ({ file, title = '' }: Promised) => ({ file, title });

/** `documents` are those that must have guarantees. Returns one line for each fault. */
export function guaranteeProblems(texts: ReadonlyMap<string, string>, documents: readonly string[]): string[] {
  const promises = [...texts].flatMap(([file, text]) => findPromises(file, text));
  const promising = new Set(promises.map(({ document }) => document));
  const plainTexts = new Map([...promising].map((document) => [document, plain(texts.get(document) ?? '')]));
  return [
    ...documents
      .filter((document) => !promising.has(document))
      .map((document) => `No test quotes a promise of ${document}.`),
    ...promises.flatMap(({ document, file, line, statement, title }) => [
      ...(plainTexts.get(document)?.includes(plain(statement))
        ? []
        : [`${file}:${line}: ${document} does not state: ${statement}`]),
      ...(title === undefined ? [`${file}:${line}: no test follows the promise`] : []),
    ]),
  ];
}

/** One line without emphasis and code marks, so that a statement may be quoted across line breaks. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/[*`]|\\(?=\|)/g, '')
    .replaceAll(/\]\([^)]*\)|\[/g, '')
    .replaceAll(/\s+/g, ' ');
}
