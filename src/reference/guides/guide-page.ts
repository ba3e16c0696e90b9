// Shows a guide: reads its Markdown, and makes elements of it.
import type { MarkdownNode } from '../../console/parts/markdown/markdown-nodes.ts';
import { readMarkdown } from '../../console/parts/markdown/markdown-tree.ts';
import type { GuidePage } from '../../contract/guides.ts';
import { codeBlock, element } from '../elements.ts';
import { guideAddress, guidePath } from './addresses.ts';

export interface Guide {
  title: string;
  nodes: HTMLElement[];
}

export async function readGuide({ file, title }: Pick<GuidePage, 'file' | 'title'>): Promise<Guide> {
  const [text, { default: Markdown }] = await Promise.all([readText(file), import('markdown-it')]);
  const read = readMarkdown(Markdown, text);
  if ('tooMuch' in read) return { title, nodes: [element('pre', {}, text)] };
  const article = element('article', { class: 'guide' }, ...read.nodes.map((node) => nodeOf(node, file)));
  return { title, nodes: [article] };
}

async function readText(file: string): Promise<string> {
  const response = await fetch(`/docs/pages/${file}`);
  if (!response.ok) throw new Error(`${file} answered ${response.status}`);
  return response.text();
}

function nodeOf(node: MarkdownNode, file: string): Node | string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'code':
      return element('code', {}, node.text);
    case 'code-block':
      return codeBlock('code', node.text.trimEnd()).node;
    case 'image':
      return element('img', { src: guidePath(file, node.src), alt: node.alt });
    case 'break':
      return element('br');
    case 'rule':
      return element('hr');
    default:
      return parentOf(node, file);
  }
}

type Parent = Extract<MarkdownNode, { children: MarkdownNode[] }>;

function parentOf(node: Parent, file: string): HTMLElement {
  const children = node.children.map((child) => nodeOf(child, file));
  switch (node.kind) {
    case 'heading':
      return headingOf(node, children);
    case 'link':
      return element('a', { href: guideAddress(file, node.href) }, ...children);
    case 'list':
      return node.start === undefined
        ? element('ul', {}, ...children)
        : element('ol', { start: String(node.start) }, ...children);
    case 'task':
      return element('span', {}, node.isDone ? '\u2611 ' : '\u2610 ', ...children);
    case 'table':
      // Scrolls separately if the page is narrower.
      return element('div', { class: 'wide', tabindex: '0' }, element('table', {}, ...children));
    case 'cell':
      return element(node.isHead ? 'th' : 'td', node.align ? { class: `align-${node.align}` } : {}, ...children);
    default:
      return element(node.tag, {}, ...children);
  }
}

/** The page's own heading takes the focus when the page is opened. */
function headingOf({ id, level }: Extract<Parent, { kind: 'heading' }>, children: (Node | string)[]): HTMLElement {
  const anchor = id.replace(/^readme-/, '');
  if (level === 1) return element('h1', { tabindex: '-1', id: anchor }, ...children);
  const link = element('a', { href: `#${anchor}`, class: 'anchor', 'aria-label': 'Link to this section' }, '#');
  const tags = ['h2', 'h3', 'h4', 'h5', 'h6'] as const;
  return element(tags[Math.min(level, 6) - 2] ?? 'h6', { id: anchor }, ...children, ' ', link);
}
