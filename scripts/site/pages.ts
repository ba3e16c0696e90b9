// Converts the project's documents to the site's pages: their paths, links and sidebar order.
import { posix } from 'node:path';

interface Section {
  title: string;
  documents: string[];
  /** True if the section is initially collapsed. */
  collapsed: boolean;
}

const open = (title: string, ...names: string[]): Section => ({
  title,
  documents: names.map((name) => (/^[A-Z]/.test(name) ? name : `docs/${name}`)),
  collapsed: false,
});

const closed = (title: string, ...names: string[]): Section => ({ ...open(title, ...names), collapsed: true });

const sections: Section[] = [
  open(
    'Start',
    'README.md',
    'tasks.md',
    'comparison.md',
    'by-hand.md',
    'concepts.md',
    'console.md',
    'search.md',
    'mcp.md',
    'attention.md',
  ),
  open('Write a plugin', 'contracts/plugin-format.md', 'dependencies.md', 'models.md', 'edge.md', 'from-ray-serve.md'),
  open(
    'Publish',
    'ci.md',
    'identity.md',
    'people.md',
    'approvals.md',
    'releases.md',
    'supply-chain.md',
    'deploy-hooks.md',
    'private-sources.md',
    'grants.md',
    'secrets.md',
    'rejected-uploads.md',
  ),
  open(
    'Call',
    'serving.md',
    'streaming.md',
    'later-calls.md',
    'runs.md',
    'limits-of-calls.md',
    'events.md',
    'webhooks.md',
  ),
  open(
    'Run it',
    'self-hosting.md',
    'production.md',
    'containers.md',
    'air-gapped.md',
    'gpus.md',
    'ray.md',
    'ray-example.md',
    'cost.md',
  ),
  open(
    'Keep it running',
    'watching.md',
    'operations.md',
    'budgets.md',
    'backup.md',
    'standby.md',
    'upgrading.md',
    'troubleshooting.md',
  ),
  open('Security', 'security.md', 'SECURITY.md'),
  open('Reference', 'reference/'),
  closed('Contracts', 'contracts/'),
  closed('Releases', 'CHANGELOG.md', 'releasing.md', 'releases/'),
  closed(
    'Change Slipway',
    'ARCHITECTURE.md',
    'where.md',
    'tour.md',
    'CONTRIBUTING.md',
    'design.md',
    'crossing-organizations.md',
  ),
  closed('Decisions', 'decisions/README.md', 'decisions/'),
];

export interface SidebarSection {
  text: string;
  collapsed: boolean;
  items: { text: string; link: string; document: string }[];
}

/** Documents outside docs/ that are pages. */
const rootDocuments = /^(?:README|ARCHITECTURE|CONTRIBUTING|CHANGELOG|SECURITY)\.md$/;

export const isDocument = (path: string) => rootDocuments.test(path) || /^docs\/.*\.md$/.test(path);

/** Pages that need another path, because their own would collide with others. */
const renamed: Readonly<Record<string, string>> = {
  'README.md': 'index.md',
  'SECURITY.md': 'reporting.md',
};

/**
 * Returns the path of a document's page: `docs/decisions/README.md` becomes `decisions/index.md`, and README.md becomes the first page.
 */
export function pagePath(document: string): string {
  if (!document.startsWith('docs/')) return renamed[document] ?? document.toLowerCase();
  return document.slice('docs/'.length).replace(/README\.md$/, 'index.md');
}

/** Converts a map of documents by path to a map of pages by path. */
export function mapPages(texts: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...texts].map(([document, text]) => [pagePath(document), pageOf(document, text, texts)]));
}

/** Documents that mention everything or explain why. They would crowd out the ones that explain what to do. */
const notSearched = /^CHANGELOG\.md$|^docs\/(?:reference\/cli\.md$|decisions\/)/;

export const isSearched = (document: string) => !notSearched.test(document);

const pageOf = (document: string, text: string, texts: ReadonlyMap<string, string>) =>
  `${!isSearched(document) ? '---\nsearch: false\n---\n\n' : ''}${withPageLinks(document, text, texts)}`;

/** The README's pictures, which are next to the pages on the site. */
const picture = /="docs\/pictures\//g;
const fenced = /^( *)```[^\n]*\n[\s\S]*?^ *```$/gm;
const link = /\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g;

/** Makes links point to pages. A link to a file that isn't a document becomes plain text. */
function withPageLinks(document: string, text: string, texts: ReadonlyMap<string, string>): string {
  const page = posix.dirname(pagePath(document));
  const replace = (part: string) =>
    part.replaceAll(link, (whole, label: string, target: string) => {
      if (/^(?:[a-z]+:|#)/.test(target)) return whole;
      const [path = '', anchor] = target.split('#');
      const to = posix.normalize(posix.join(posix.dirname(document), path));
      if (!texts.has(to)) return label;
      const relative = posix.relative(page, pagePath(to));
      return `[${label}](./${relative}${anchor === undefined ? '' : `#${anchor}`})`;
    });
  let end = 0;
  let written = '';
  for (const block of text.matchAll(fenced)) {
    written += replace(text.slice(end, block.index)) + block[0];
    end = block.index + block[0].length;
  }
  return (written + replace(text.slice(end))).replaceAll(picture, '="./pictures/');
}

/** Throws if a document is in no section, because readers could then find it only by search. */
export function buildSidebar(texts: ReadonlyMap<string, string>): SidebarSection[] {
  const left = new Set(texts.keys());
  const items = sections.map(({ title, documents, collapsed }) => {
    const matching = documents.flatMap((pattern) =>
      pattern.endsWith('/') ? [...texts.keys()].filter((path) => path.startsWith(pattern)).sort() : [pattern],
    );
    const pages = matching.filter((document) => left.delete(document));
    return { text: title, collapsed, items: pages.map((document) => itemOf(document, texts.get(document) ?? '')) };
  });
  if (left.size > 0) throw new Error(`Add ${[...left].join(', ')} to a section in scripts/site/pages.ts.`);
  return items;
}

function itemOf(document: string, text: string): SidebarSection['items'][number] {
  const [, heading = document] = /^# (.*)$/m.exec(text) ?? [];
  return { text: heading.replaceAll('`', ''), link: `/${pagePath(document).replace(/(?:index)?\.md$/, '')}`, document };
}
