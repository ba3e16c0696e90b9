// Markdown as elements. Text from the README is only ever text, and no attribute is copied from it unchecked.
import { CodeBlock } from '../../parts/code/code-block.tsx';
import {
  type MarkdownNode,
  type MarkdownParent,
  type PlainTag,
  plainText,
} from '../../parts/markdown/markdown-nodes.ts';
import { ByPlace } from '../../parts/plugins/by-place.tsx';
import { visible } from '../../parts/visible-text.ts';
import { MarkdownLink, Picture } from './markdown-links.tsx';

interface Props {
  nodes: readonly MarkdownNode[];
  /** True inside a link, which can't contain another one. */
  isLinked?: boolean;
}

export function Markdown({ nodes, isLinked = false }: Props) {
  return <ByPlace items={nodes}>{(node) => <Part node={node} isLinked={isLinked} />}</ByPlace>;
}

function Part({ node, isLinked }: { node: MarkdownNode; isLinked: boolean }) {
  switch (node.kind) {
    case 'text':
      return visible(node.text);
    case 'code':
      return <code>{visible(node.text)}</code>;
    case 'code-block':
      return <CodeBlock text={node.text} language={node.language} />;
    case 'break':
      return <br />;
    case 'rule':
      return <hr />;
    case 'image':
      return <Picture src={node.src} alt={node.alt} isLinked={isLinked} />;
    default:
      return <Parent node={node} isLinked={isLinked} />;
  }
}

function Parent({ node, isLinked }: { node: MarkdownParent; isLinked: boolean }) {
  const children = <Markdown nodes={node.children} isLinked={isLinked || node.kind === 'link'} />;
  switch (node.kind) {
    case 'element':
      return <node.tag dir={blocks.has(node.tag) ? 'auto' : undefined}>{children}</node.tag>;
    case 'heading':
      return (
        <Heading level={node.level} id={node.id}>
          {children}
        </Heading>
      );
    case 'link':
      return isLinked ? children : <MarkdownLink href={node.href}>{children}</MarkdownLink>;
    case 'list':
      return node.start === undefined ? (
        <ul dir="auto">{children}</ul>
      ) : (
        <ol dir="auto" start={node.start}>
          {children}
        </ol>
      );
    case 'task':
      return (
        <>
          <input type="checkbox" checked={node.isDone} disabled aria-label={visible(plainText(node.children))} />{' '}
          {children}
        </>
      );
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard
        <section className="wide" aria-label="Table" tabIndex={0}>
          <table>{children}</table>
        </section>
      );
    case 'cell':
      return <Cell node={node}>{children}</Cell>;
  }
}

/** Each is laid out in the direction of its own text. */
const blocks = new Set<PlainTag>(['p', 'blockquote', 'li']);

/** The page's name is its first heading and the file's the second, so that a README's begin with the third. */
const headings = ['h3', 'h4', 'h5', 'h6'] as const;

function Heading({ level, id, children }: { level: number; id: string; children: React.ReactNode }) {
  const Tag = headings[level - 1] ?? 'h6';
  return (
    <Tag id={id} dir="auto" className={`level-${level}`}>
      {children}
    </Tag>
  );
}

function Cell({ node, children }: { node: Extract<MarkdownParent, { kind: 'cell' }>; children: React.ReactNode }) {
  const className = node.align === undefined ? undefined : `align-${node.align}`;
  if (!node.isHead)
    return (
      <td dir="auto" className={className}>
        {children}
      </td>
    );
  return (
    <th scope="col" dir="auto" className={className}>
      {children}
    </th>
  );
}
