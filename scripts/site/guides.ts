// Writes the documents for the guides at /docs: each page's text, their order, and the sections that the search looks through.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import MarkdownIt from 'markdown-it';
import type { GuideContents, GuideSection } from '../../src/contract/guides.ts';
import { readDocuments } from './documents.ts';
import { buildSidebar, isSearched, mapPages, pagePath } from './pages.ts';

/** The pages can't show HTML. The README has a picture of the console, which is at hand here. */
const markup = /^<picture>[\s\S]*?<\/picture>\n/m;
const frontMatter = /^---\n[\s\S]*?\n---\n\n/;

export async function writeGuides(folder: string): Promise<void> {
  const texts = await readDocuments();
  const pages = [...mapPages(texts)].map(([path, text]) => [path, plain(text)] as const);
  const searched = [...texts.keys()].filter(isSearched).map((document) => pagePath(document));
  const sections = pages.flatMap(([path, text]) => (searched.includes(path) ? sectionsOf(path, text) : []));
  for (const [path, text] of pages) await writeIn(folder, path, text);
  await writeIn(folder, 'contents.json', JSON.stringify(contentsOf(texts)));
  await writeIn(folder, 'sections.json', JSON.stringify(sections));
}

function plain(text: string): string {
  return text.replace(frontMatter, '').replace(markup, '');
}

async function writeIn(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

function contentsOf(texts: ReadonlyMap<string, string>): GuideContents {
  return buildSidebar(texts).map(({ collapsed, items, text }) => ({
    title: text,
    collapsed,
    pages: items.map(({ document, text: title }) => {
      const file = pagePath(document);
      return { title, path: guideOf(file), file };
    }),
  }));
}

/** Returns the name of a page in addresses: `serving`, `contracts/plugin-format`, and nothing for the first one. */
function guideOf(file: string): string {
  return file.replace(/(?:^|\/)index\.md$|\.md$/, '');
}

const parser = new MarkdownIt();

/** Divides a page at its headings. Each section has the text of its paragraphs, lists, tables and code. */
function sectionsOf(path: string, text: string): GuideSection[] {
  const sections: GuideSection[] = [];
  let isHeading = false;
  for (const { children, content, type } of parser.parse(text, {})) {
    if (type === 'heading_open') isHeading = true;
    if (type !== 'inline' && type !== 'fence') continue;
    const words = type === 'fence' ? content : (children ?? []).map((child) => child.content || ' ').join('');
    if (isHeading) sections.push({ page: guideOf(path), heading: words, text: '' });
    else addTo(sections.at(-1), words);
    isHeading = false;
  }
  return sections;
}

function addTo(section: GuideSection | undefined, words: string): void {
  if (section) section.text += `${words}\n`;
}
