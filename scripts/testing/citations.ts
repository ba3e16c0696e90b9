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
const designNumber = /\bD\d{1,2}\b/g;
const decision = /\bdecisions?\s+(\d+)(?:(?:,|\s+and)\s+(\d+))?/gi;
const documentPath = /(?<!["'/])\bdocs\/[\w./-]+\.md\b/g;
const markdownLink = /\]\(([^)\s]+)\)/g;

/** Returns one line for each citation that doesn't resolve. `texts` are the project's files by path. */
export function citationProblems(texts: ReadonlyMap<string, string>): string[] {
  const cited = readCited(texts);
  return [...texts].flatMap(([path, text]) =>
    [...sectionProblems(path, text, cited), ...numberProblems(text, cited), ...pathProblems(path, text, cited)].map(
      ({ at, message }) => `${path}:${text.slice(0, at).split('\n').length}: ${message}`,
    ),
  );
}

interface CitationProblem {
  at: number;
  message: string;
}

type Cited = ReturnType<typeof readCited>;

function readCited(texts: ReadonlyMap<string, string>) {
  const paths = [...texts.keys()];
  const numbers = (texts.get(designFile) ?? '').matchAll(/^- \*\*(D\d+)\.\*\*/gm);
  const headings = (path: string) =>
    [...(texts.get(path) ?? '').matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => heading);
  return {
    has: (path: string) => texts.has(path) || paths.some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`)),
    hasSection: (path: string, wanted: string) =>
      headings(path).some((heading) => heading.split(/[. ](?!\d)/, 1)[0] === wanted),
    hasAnchor: (path: string, anchor: string) => headings(path).some((heading) => anchorOf(heading) === anchor),
    designNumbers: new Set([...numbers].map(([, number = '']) => number)),
    decisions: new Set(
      paths
        .filter((path) => path.startsWith(decisionsFolder))
        .map((path) => Number.parseInt(path.slice(decisionsFolder.length), 10)),
    ),
  };
}

function* sectionProblems(path: string, text: string, { hasSection }: Cited): Generator<CitationProblem> {
  for (const { 1: wanted, index: at } of text.matchAll(section)) {
    if (wanted === undefined) continue;
    const name = nameBefore.exec(flowing(text.slice(Math.max(0, at - lookBack), at)))?.[1]?.toLowerCase();
    const isOwn = Object.values(citedDocuments).includes(path);
    const document = name === undefined ? (isOwn ? path : undefined) : citedDocuments[name];
    if (document === undefined && name === undefined)
      yield { at, message: `§${wanted} names no document; write it as in \`scan policy §${wanted}\`` };
    else if (document !== undefined && !hasSection(document, wanted))
      yield { at, message: `${document} has no section ${wanted}` };
  }
}

function* numberProblems(text: string, { decisions, designNumbers }: Cited): Generator<CitationProblem> {
  for (const { 0: number, index: at } of text.matchAll(designNumber))
    if (!designNumbers.has(number)) yield { at, message: `${designFile} has no ${number}` };
  for (const { 1: first, 2: second, index: at } of text.matchAll(decision))
    for (const number of [first, second])
      if (number !== undefined && !decisions.has(Number(number)))
        yield { at, message: `${decisionsFolder} has no decision ${number}` };
}

function* pathProblems(path: string, text: string, { has, hasAnchor }: Cited): Generator<CitationProblem> {
  for (const { 0: cited, index: at } of text.matchAll(documentPath))
    if (!has(cited)) yield { at, message: `there is no ${cited}` };
  if (!path.endsWith('.md')) return;
  for (const { 1: target = '', index: at } of text.matchAll(markdownLink)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    const linked = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
    if (!has(linked)) yield { at, message: `the link points to ${linked}, which does not exist` };
    else if (anchor !== undefined && !hasAnchor(linked, anchor))
      yield { at, message: `${linked} has no heading #${anchor}` };
  }
}

/** Joins comment lines into one line of prose, so that a citation may wrap across them. */
const flowing = (text: string) => text.replaceAll(/\s*\n\s*(?:\/\/+|\*|#)?\s*/g, ' ');

/** Derives an anchor from a heading as Git hosts do. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
