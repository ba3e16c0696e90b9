// Leaves out what GitHub and npm also hide: front matter, and comments.
import type MarkdownIt from 'markdown-it';

type Parser = InstanceType<typeof MarkdownIt>;
type BlockState = Parameters<Parser['block']['tokenize']>[0];
type InlineState = Parameters<Parser['inline']['tokenize']>[0];

const opening = '<!--';
const closing = '-->';

/** Removes YAML between two lines of `---` at the start. A rule there is kept, since no key follows it. */
export function withoutFrontMatter(text: string): string {
  if (!/^---[ \t]*\n[\w-]+[ \t]*:/.test(text)) return text;
  const end = /\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text);
  return end === null ? text : text.slice(end.index + end[0].length);
}

export function hideComments(parser: Parser): void {
  parser.block.ruler.before('reference', 'comment', hideBlock, { alt: ['paragraph', 'reference', 'blockquote'] });
  const hideInline = inlineRule();
  parser.inline.ruler.before('autolink', 'comment', hideInline);
}

/** Hides the lines of a comment that begins a line, to the end if it isn't closed. Text behind it is a paragraph. */
function hideBlock(state: BlockState, line: number, end: number, silent: boolean): boolean {
  const textOf = (at: number) => state.getLines(at, at + 1, state.blkIndent, false);
  const indent = (state.sCount[line] ?? 0) - state.blkIndent;
  const start = textOf(line).trimStart();
  if (indent >= 4 || !start.startsWith(opening)) return false;
  if (silent) return true;
  let rest = behind(start.slice(opening.length));
  state.line = line + 1;
  while (rest === undefined && state.line < end) {
    rest = behind(textOf(state.line));
    state.line += 1;
  }
  if (rest === undefined || rest === '') return true;
  state.push('paragraph_open', 'p', 1);
  Object.assign(state.push('inline', '', 0), { content: rest, children: [] });
  state.push('paragraph_close', 'p', -1);
  return true;
}

function behind(text: string): string | undefined {
  const at = text.indexOf(closing);
  return at === -1 ? undefined : text.slice(at + closing.length).trim();
}

/** Hides comments within a line. Finds the last end once for each text, so that not every unclosed one looks for its own. */
function inlineRule() {
  let searched = { src: '', last: -1 };
  return (state: InlineState): boolean => {
    const { pos, src } = state;
    if (!src.startsWith(opening, pos)) return false;
    if (searched.src !== src) searched = { src, last: src.lastIndexOf(closing) };
    if (searched.last < pos + opening.length) return false;
    state.pos = src.indexOf(closing, pos + opening.length) + closing.length;
    return true;
  };
}
