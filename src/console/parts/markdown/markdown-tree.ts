// Reads Markdown into a tree of parts. Limits keep a hostile text from freezing the page: what exceeds them is shown as it was written.
import type MarkdownIt from 'markdown-it';
import { HeadingIds } from './heading-ids.ts';
import { hideComments, withoutFrontMatter } from './hidden-text.ts';
import { type CellAlign, type MarkdownNode, type MarkdownParent, type PlainTag, plainText } from './markdown-nodes.ts';
import { withTask } from './tasks.ts';

/** Parsing 256 KiB takes up to half a second, and a README of that size is no page to read. */
const charsMax = 256 * 1024;
/** Each may begin a link or a picture, and the parser needs 4 µs to see that it doesn't. */
const bracketsMax = 20_000;
/** React draws so many elements in a fraction of a second. */
const nodesMax = 15_000;
const depthMax = 40;
/** The parser drops what is nested deeper. Above `depthMax`, so that nothing is ever dropped from what is shown. */
const parsedDepthMax = 100;
/** Colors need far more time than the text itself. */
const coloredMax = 20;
const coloredCharsMax = 10_000;

export type ReadMarkdown = { nodes: MarkdownNode[] } | { tooMuch: 'long' | 'parts' | 'deep' };

type Parser = InstanceType<typeof MarkdownIt>;
type Token = ReturnType<Parser['parse']>[number];
type BlockState = Parameters<Parser['block']['tokenize']>[0];

/** Reads Markdown with tables, strikethrough, bare URLs and task lists. HTML in it is text, except for comments, which are hidden. */
export function readMarkdown(Markdown: typeof MarkdownIt, text: string): ReadMarkdown {
  if (text.length > charsMax) return { tooMuch: 'long' };
  if (text.split('[').length > bracketsMax) return { tooMuch: 'parts' };
  const parser = new Markdown({ html: false, linkify: true, maxNesting: parsedDepthMax });
  // Without a scheme, names of files would become links: `realtime.py` is also a host in Paraguay.
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  parser.block.ruler.before('reference', 'footnote', keepFootnote);
  hideComments(parser);
  const tree = new Tree();
  for (const token of inOrder(parser.parse(withoutFrontMatter(text), {}))) {
    tree.add(token);
    if (tree.exceeded !== undefined) return { tooMuch: tree.exceeded };
  }
  return { nodes: tree.nodes };
}

/** Makes a paragraph of a footnote. The parser would take `[^1]: text` for the address of a link, and show nothing. */
function keepFootnote(state: BlockState, line: number): boolean {
  const text = state.getLines(line, line + 1, state.blkIndent, false).trim();
  if (!/^\[\^[^\]\s]+\]:/.test(text)) return false;
  state.line = line + 1;
  state.push('paragraph_open', 'p', 1);
  Object.assign(state.push('inline', '', 0), { content: text, children: [] });
  state.push('paragraph_close', 'p', -1);
  return true;
}

/** Yields the tokens of lines in place of the lines. */
function* inOrder(tokens: Token[]): Generator<Token> {
  for (const token of tokens) {
    if (token.type === 'inline') yield* token.children ?? [];
    else yield token;
  }
}

interface Frame {
  token: Token | undefined;
  children: MarkdownNode[];
}

/** Builds the tree from the parser's list of openings, leaves and closings. */
class Tree {
  readonly #ids = new HeadingIds();
  readonly #root: Frame = { token: undefined, children: [] };
  readonly #open: Frame[] = [this.#root];
  #count = 0;
  #colored = 0;
  exceeded: 'parts' | 'deep' | undefined;

  get nodes(): MarkdownNode[] {
    return this.#root.children;
  }

  add(token: Token): void {
    this.#count += 1;
    if (this.#count > nodesMax) this.exceeded = 'parts';
    if (this.#open.length > depthMax) this.exceeded = 'deep';
    if (token.nesting === 1) this.#open.push({ token, children: [] });
    else if (token.nesting === -1) this.#close();
    else this.#push(this.#leafOf(token));
  }

  #close(): void {
    const frame = this.#open.pop();
    if (frame?.token === undefined) return;
    const parent = this.#parentOf(frame.token, frame.children);
    this.#push(...(parent === undefined ? frame.children : [parent]));
  }

  #push(...nodes: MarkdownNode[]): void {
    const children = this.#open.at(-1)?.children;
    for (const node of nodes) children?.push(node);
  }

  #leafOf(token: Token): MarkdownNode {
    const { type, content: text } = token;
    if (type === 'code_inline') return { kind: 'code', text };
    if (type === 'code_block') return { kind: 'code-block', text, language: undefined };
    if (type === 'fence') return { kind: 'code-block', text, language: this.#languageOf(token) };
    if (type === 'image') return { kind: 'image', src: String(token.attrGet('src') ?? ''), alt: alternativeOf(token) };
    if (type === 'hardbreak') return { kind: 'break' };
    if (type === 'hr') return { kind: 'rule' };
    return { kind: 'text', text: type === 'softbreak' ? '\n' : text };
  }

  /** Returns the language of a fence that is worth coloring. */
  #languageOf({ info, content }: Token): string | undefined {
    const [language] = /^[\w+-]+/.exec(info.trim()) ?? [];
    if (language === undefined || content.length > coloredCharsMax || this.#colored >= coloredMax) return undefined;
    this.#colored += 1;
    return language.toLowerCase();
  }

  /** Returns undefined for parts that are only their children, such as paragraphs of a tight list. */
  #parentOf(token: Token, children: MarkdownNode[]): MarkdownParent | undefined {
    const { type } = token;
    if (token.hidden) return undefined;
    if (type === 'heading_open')
      return { kind: 'heading', level: Number(token.tag.slice(1)), id: this.#ids.next(plainText(children)), children };
    if (type === 'link_open') return { kind: 'link', href: String(token.attrGet('href') ?? ''), children };
    if (type === 'ordered_list_open') return { kind: 'list', start: Number(token.attrGet('start') ?? 1), children };
    if (type === 'bullet_list_open') return { kind: 'list', start: undefined, children };
    if (type === 'list_item_open') return { kind: 'element', tag: 'li', children: withTask(children) };
    if (type === 'table_open') return { kind: 'table', children };
    if (type === 'th_open' || type === 'td_open')
      return { kind: 'cell', isHead: type === 'th_open', align: alignOf(token), children };
    const tag = plainTags.get(type);
    return tag === undefined ? undefined : { kind: 'element', tag, children };
  }
}

const plainTags = new Map<string, PlainTag>([
  ['paragraph_open', 'p'],
  ['blockquote_open', 'blockquote'],
  ['em_open', 'em'],
  ['strong_open', 'strong'],
  ['s_open', 's'],
  ['thead_open', 'thead'],
  ['tbody_open', 'tbody'],
  ['tr_open', 'tr'],
]);

const aligns = new Map([
  ['text-align:left', 'left'],
  ['text-align:center', 'center'],
  ['text-align:right', 'right'],
] as const);

function alignOf(token: Token): CellAlign {
  for (const [style, align] of aligns) if (token.attrGet('style') === style) return align;
  return undefined;
}

/** Returns the text of a picture's description, without its marks. */
function alternativeOf({ children }: Token): string {
  return (children ?? []).map(({ content }) => content).join('');
}
