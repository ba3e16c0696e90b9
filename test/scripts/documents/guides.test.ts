// Tests the guides' files: every document is a page, every link between pages leads to a page and a heading of it, and the search finds
// sections.
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import MarkdownIt from 'markdown-it';
import { expect, test } from 'vitest';
import { readDocuments } from '../../../scripts/site/documents.ts';
import { writeGuides } from '../../../scripts/site/guides.ts';
import type { MarkdownNode } from '../../../src/console/parts/markdown/markdown-nodes.ts';
import { readMarkdown } from '../../../src/console/parts/markdown/markdown-tree.ts';
import type { GuideContents, GuideSection } from '../../../src/contract/guides.ts';
import { guideAddress, guideLink } from '../../../src/reference/guides/addresses.ts';
import { createGuideSearch } from '../../../src/reference/guides/guide-search.ts';

const folder = await mkdtemp(join(tmpdir(), 'slipway-guides-'));
await writeGuides(folder);
const read = (file: string) => readFile(join(folder, file), 'utf8');
const contents: GuideContents = JSON.parse(await read('contents.json'));
const pages = contents.flatMap((group) => group.pages);

/** The parts of each page, by its address. */
const parts = new Map<string, MarkdownNode[]>();
for (const { file, path } of pages) {
  const page = readMarkdown(MarkdownIt, await read(file));
  if ('tooMuch' in page) throw new Error(`${file} can't be shown: ${page.tooMuch}`);
  parts.set(guideLink(path), allOf(page.nodes));
}

function allOf(nodes: readonly MarkdownNode[]): MarkdownNode[] {
  return nodes.flatMap((node) => ['children' in node ? allOf(node.children) : [], node].flat());
}

test('every document is a page', async () => {
  expect(pages.length).toBe((await readDocuments()).size);
});

test('every link between guides leads to a page, and to a heading that it has', () => {
  const broken = pages.flatMap(({ file, path }) =>
    (parts.get(guideLink(path)) ?? []).flatMap((node) => {
      if (node.kind !== 'link') return [];
      const address = guideAddress(file, node.href);
      const [page = '', heading] = (address.startsWith('#') ? guideLink(path) + address : address).split('#');
      if (!/^\/docs(?:$|\/guides\/)/.test(page)) return [];
      const shown = parts.get(page);
      const has = shown?.some((one) => one.kind === 'heading' && one.id === `readme-${heading}`);
      return shown && (heading === undefined || has) ? [] : [`${file}: ${node.href}`];
    }),
  );
  expect(broken).toEqual([]);
});

test('no guide shows HTML as text', () => {
  const shown = [...parts].filter(([, nodes]) =>
    nodes.some((node) => node.kind === 'text' && /^<\w+[ >]/.test(node.text)),
  );
  expect(shown.map(([page]) => page)).toEqual([]);
});

test.each([
  ['quarantine', '/docs/guides/supply-chain'],
  ['run_many', '/docs/guides/contracts/plugin-format'],
  ['backup restore', '/docs/guides/backup'],
])('the search finds %s', async (words, page) => {
  const sections: GuideSection[] = JSON.parse(await read('sections.json'));
  const found = createGuideSearch(contents, sections)(words);
  expect(found.slice(0, 10).map(({ href }) => href.split('#')[0])).toContain(page);
});
