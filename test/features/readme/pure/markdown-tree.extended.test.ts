// Tests that Markdown becomes the parts that the console shows, and that no text takes long to read.
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { type MarkdownNode, plainText } from '../../../../src/console/parts/markdown/markdown-nodes.ts';
import { readMarkdown } from '../../../../src/console/parts/markdown/markdown-tree.ts';

function nodesOf(text: string): MarkdownNode[] {
  const read = readMarkdown(MarkdownIt, text);
  if (!('nodes' in read)) throw new Error(read.tooMuch);
  return read.nodes;
}

/** Writes parts in a short form. */
function brief(nodes: MarkdownNode[]): string {
  return nodes.map(briefOf).join('');
}

function briefOf(node: MarkdownNode): string {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'image') return `image(${node.src} ${node.alt})`;
  if (node.kind === 'code-block') return `code(${node.language ?? ''} ${node.text})`;
  if ('text' in node) return `${node.kind}(${node.text})`;
  if (!('children' in node)) return `${node.kind}()`;
  const inside = brief(node.children);
  if (node.kind === 'element') return `${node.tag}(${inside})`;
  if (node.kind === 'link') return `link(${node.href} ${inside})`;
  if (node.kind === 'heading') return `h${node.level}#${node.id}(${inside})`;
  if (node.kind === 'list') return `${node.start === undefined ? 'ul' : `ol ${node.start}`}(${inside})`;
  if (node.kind === 'task') return `${node.isDone ? 'done' : 'open'}(${inside})`;
  return node.kind === 'cell' ? `${node.isHead ? 'th' : 'td'} ${node.align ?? ''}(${inside})` : `table(${inside})`;
}

test.each([
  ['# One *two*\n\nthree', 'h1#readme-one-two(One em(two))p(three)'],
  ['- a\n- b\n  1. c', 'ul(li(a)li(bol 1(li(c))))'],
  ['3. a\n\n   b', 'ol 3(li(p(a)p(b)))'],
  ['- [ ] a **b**\n- [x] [c](d)\n- [y] e', 'ul(li(open(a strong(b)))li(done(link(d c)))li([y] e))'],
  ['- [x] a\n\n- [ ] b', 'ul(li(p(done(a)))li(p(open(b))))'],
  ['| a | b |\n|:--|--:|\n| 1 | 2 |', 'table(thead(tr(th left(a)th right(b)))tbody(tr(td left(1)td right(2))))'],
  ['```py\nx = 1\n```\n\n    y', 'code(py x = 1\n)code( y\n)'],
  ['![a *b*](c.png)', 'p(image(c.png a b))'],
  ['[![a](b.png)](https://c.test)', 'p(link(https://c.test image(b.png a)))'],
  ['~~a~~ `b`  \nc\nd', 'p(s(a) code(b)break()c\nd)'],
  ['> a\n\n---', 'blockquote(p(a))rule()'],
  ['https://a.test/b and a@b.test', 'p(link(https://a.test/b https://a.test/b) and a@b.test)'],
  ['see realtime.py', 'p(see realtime.py)'],
  ['a &lt;b&gt; &amp; \\*c\\*', 'p(a <b> & *c*)'],
  ['<img src=x onerror=alert(1)>', 'p(<img src=x onerror=alert(1)>)'],
  ['---\ntitle: a\ntags: [b]\n---\n# c', 'h1#readme-c(c)'],
  ['---\n\na\n\n---\nb', 'rule()p(a)rule()p(b)'],
  ['---\na: b', 'rule()p(a: b)'],
  ['a\n\n---\nb: c\n---\n', 'p(a)rule()h2#readme-b-c(b: c)'],
  ['<!-- a -->\nb', 'p(b)'],
  ['<!-- a\n\n# b\n--> c *d*\ne', 'p(c em(d))p(e)'],
  ['a\n<!-- b -->\nc', 'p(a)p(c)'],
  ['a <!-- b\nc --> d <!-- e', 'p(a  d <!-- e)'],
  ['- a\n  <!-- b\n  c -->\n- d', 'ul(li(a)li(d))'],
  ['> <!-- a\n\nb', 'blockquote()p(b)'],
  ['a\n\n<!-- b\n\nc', 'p(a)'],
  ['`<!-- a -->`\n\n    <!-- b -->', 'p(code(<!-- a -->))code( <!-- b -->\n)'],
  ['<div>\n\n# a', 'p(<div>)h1#readme-a(a)'],
  ['[a](javascript:alert(1))', 'p([a](javascript:alert(1)))'],
  ['a[^1]\n\n[^1]: *b*\n[^__proto__]: c', 'p(a[^1])p([^1]: em(b))p([^strong(proto)]: c)'],
])('%j becomes %s', (text, expected) => {
  expect(brief(nodesOf(text))).toBe(expected);
});

test('only the first blocks of code, and no long ones, are colored', () => {
  const code = nodesOf('```go\na\n```\n'.repeat(30));
  expect(code.filter((node) => node.kind === 'code-block' && node.language === 'go')).toHaveLength(20);
  expect(nodesOf(`\`\`\`go\n${'a'.repeat(20_000)}\n\`\`\``)).toMatchObject([{ language: undefined }]);
});

const size = 256 * 1024;
const filled = (part: string) => part.repeat(size / part.length);

describe('hostile texts', () => {
  test.each([
    ['stars', filled('*')],
    ['brackets', filled('[')],
    ['openings of comments', `a ${filled('<!--')}`],
    ['lines of comments', filled('<!-- a -->\n')],
    ['comments in a line', `a ${filled('<!---->')}`],
    ['front matter without an end', `---\n${filled('a: b\n')}`],
    ['nested brackets', '['.repeat(size / 2) + ']'.repeat(size / 2)],
    ['pictures in pictures', filled('![')],
    ['open links', filled('[a](')],
    ['emphasis', filled('a*b**c ')],
    ['headings', filled('a\n=\n')],
    ['tildes', filled('~a')],
    ['quotes', filled('>')],
    ['lists in lists', filled('- ')],
    ['lines that continue a deep quote', `${'> '.repeat(90)}a\n${filled('a\n')}`],
    ['runs of backticks', Array.from({ length: 700 }, (_, length) => '`'.repeat(length)).join(' ')],
    ['comments', filled('<!--a ')],
    ['a long address', `http://${filled('a.(')}`.slice(0, size)],
    ['rows', `|a|b|\n|-|-|\n${'|1|2|\n'.repeat(40_000)}`],
    ['columns', `|${'a|'.repeat(60_000)}\n|${'-|'.repeat(60_000)}`],
    ['definitions', filled('[a]: b\n')],
    ['more than the limit', filled('a ').concat('b')],
  ])('%s are read at once, or shown as they are', (_name, text) => {
    const begun = performance.now();
    const read = readMarkdown(MarkdownIt, text);
    // Alone, each takes less than half a second.
    expect(performance.now() - begun).toBeLessThan(10_000);
    if ('nodes' in read) expect(plainText(read.nodes).length).toBeLessThanOrEqual(text.length);
  });

  test.each([
    [`${'> '.repeat(200)}a`, 'deep'],
    [`${'- '.repeat(99)}a`, 'deep'],
    ['a\n\n'.repeat(20_000), 'parts'],
    ['!['.repeat(125_000), 'parts'],
    ['['.repeat(20_000), 'parts'],
    ['a'.repeat(size + 1), 'long'],
  ])('a text beyond a limit names the limit', (text, tooMuch) => {
    expect(readMarkdown(MarkdownIt, text)).toEqual({ tooMuch });
  });
});
