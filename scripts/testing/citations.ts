// Checks citations in comments and documents: `scan policy §5.3`, `D13`, `decision 9`, `docs/events.md`, and Markdown links. A dangling
// citation is reported with its file and line. CONTRIBUTING.md describes the forms.
import { posix } from 'node:path';

/** Documents cited by section, under the names that citations use. */
const citedDocuments: Readonly<Record<string, string>> = {
  'scan policy': 'docs/contracts/scan-policy.md',
  'plugin format': 'docs/contracts/plugin-format.md',
  mixpeek: 'docs/contracts/mixpeek.md',
  mimir: 'docs/contracts/mimir.md',
  'go builds': 'docs/contracts/go-builds.md',
  'agent contract': 'docs/contracts/agent.md',
  design: 'docs/design.md',
};
const designFile = citedDocuments.design ?? '';
const decisionsFolder = 'docs/decisions/';

const externalNames = 'RFC \\d+|PEP \\d+|SARIF|HTML|Python reference';
const names = `${Object.keys(citedDocuments).join('|')}|${externalNames}`;

/** Matches the last name before a section, with only other sections of the same document in between. */
const nameBefore = new RegExp(`.*\\b(${names})[ ,(]*(?:§[\\w.]+[^§]{0,60})*$`, 'is');
const lookBack = 400;

const section = /§([A-Za-z0-9]+(?:\.\d+[a-z]?)*)?/g;
const designNumber = /\bD(\d{1,2})\b/g;
const decision = /\bdecisions?\s+(\d+)(?:(?:,|\s+and)\s+(\d+))?/gi;
const documentPath = /(?<!["'/])\bdocs\/[\w./-]+\.md\b/g;
const markdownLink = /\]\(([^)\s]+)\)/g;

/** Returns one line for each citation that doesn't resolve. `texts` are the project's files by path. */
export function citationProblems(texts: ReadonlyMap<string, string>): string[] {
  const documents = new Documents(texts);
  return [...texts].flatMap(([path, text]) =>
    [
      ...sectionProblems(path, text, documents),
      ...numberProblems(text, documents),
      ...pathProblems(path, text, documents),
    ].map(({ at, message }) => `${path}:${lineOf(text, at)}: ${message}`),
  );
}

interface CitationProblem {
  at: number;
  message: string;
}

class Documents {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #designNumbers: ReadonlySet<string>;
  readonly #decisions: ReadonlySet<number>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
    const design = texts.get(designFile) ?? '';
    this.#designNumbers = new Set([...design.matchAll(/^- \*\*D(\d+)\.\*\*/gm)].map(([, number = '']) => number));
    this.#decisions = new Set(
      [...texts.keys()]
        .filter((path) => path.startsWith(decisionsFolder))
        .map((path) => Number.parseInt(path.slice(decisionsFolder.length), 10)),
    );
  }

  has(path: string): boolean {
    const folder = path.endsWith('/') ? path : `${path}/`;
    return this.#texts.has(path) || [...this.#texts.keys()].some((file) => file.startsWith(folder));
  }

  hasSection(path: string, wanted: string): boolean {
    return this.#headings(path).some((heading) => heading.split(/[. ](?!\d)/, 1)[0] === wanted);
  }

  hasAnchor(path: string, anchor: string): boolean {
    return this.#headings(path).some((heading) => anchorOf(heading) === anchor);
  }

  hasDesignNumber(number: string): boolean {
    return this.#designNumbers.has(number);
  }

  hasDecision(number: number): boolean {
    return this.#decisions.has(number);
  }

  #headings(path: string): string[] {
    const headings = this.#texts.get(path)?.matchAll(/^#{1,6} +(.+?) *$/gm) ?? [];
    return [...headings].map(([, heading = '']) => heading);
  }
}

function* sectionProblems(path: string, text: string, documents: Documents): Generator<CitationProblem> {
  for (const match of text.matchAll(section)) {
    const { index: at } = match;
    const wanted = match[1];
    if (wanted === undefined) continue;
    const name = nameBefore.exec(flowing(text.slice(Math.max(0, at - lookBack), at)))?.[1]?.toLowerCase();
    const isOwn = Object.values(citedDocuments).includes(path);
    const document = name === undefined ? (isOwn ? path : undefined) : citedDocuments[name];
    if (document === undefined) {
      if (name === undefined)
        yield { at, message: `§${wanted} names no document; write it as in \`scan policy §${wanted}\`` };
    } else if (!documents.hasSection(document, wanted)) {
      yield { at, message: `${document} has no section ${wanted}` };
    }
  }
}

function* numberProblems(text: string, documents: Documents): Generator<CitationProblem> {
  for (const { 0: number, 1: digits = '', index: at } of text.matchAll(designNumber)) {
    if (!documents.hasDesignNumber(digits)) yield { at, message: `${designFile} has no ${number}` };
  }
  for (const { 1: first, 2: second, index: at } of text.matchAll(decision)) {
    for (const number of [first, second]) {
      if (number !== undefined && !documents.hasDecision(Number(number)))
        yield { at, message: `${decisionsFolder} has no decision ${number}` };
    }
  }
}

function* pathProblems(path: string, text: string, documents: Documents): Generator<CitationProblem> {
  for (const { 0: cited, index: at } of text.matchAll(documentPath)) {
    if (!documents.has(cited)) yield { at, message: `there is no ${cited}` };
  }
  if (!path.endsWith('.md')) return;
  for (const { 1: target = '', index: at } of text.matchAll(markdownLink)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    const linked = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
    if (!documents.has(linked)) yield { at, message: `the link points to ${linked}, which does not exist` };
    else if (anchor !== undefined && !documents.hasAnchor(linked, anchor))
      yield { at, message: `${linked} has no heading #${anchor}` };
  }
}

/** Joins comment lines into one line of prose, so that a citation may wrap across them. */
function flowing(text: string): string {
  return text.replaceAll(/\s*\n\s*(?:\/\/+|\*|#)?\s*/g, ' ');
}

/** Derives an anchor from a heading as Git hosts do. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
