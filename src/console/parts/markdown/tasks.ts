// Task lists: items that begin with `[ ]` or `[x]`.
import type { MarkdownNode } from './markdown-nodes.ts';

const mark = /^\[([ xX])\]\s+/;

/** Returns an item's parts, with its first line as a task if it begins like one. */
export function withTask(children: MarkdownNode[]): MarkdownNode[] {
  const [first, ...others] = children;
  if (first?.kind === 'element' && first.tag === 'p') {
    const inside = taskOf(first.children);
    return inside === undefined ? children : [{ ...first, children: [inside] }, ...others];
  }
  const end = children.findIndex((node) => !isInline(node));
  const line = end === -1 ? children : children.slice(0, end);
  const task = taskOf(line);
  return task === undefined ? children : [task, ...children.slice(line.length)];
}

function taskOf(line: MarkdownNode[]): MarkdownNode | undefined {
  const [first, ...others] = line;
  const found = first?.kind === 'text' ? mark.exec(first.text) : null;
  if (first?.kind !== 'text' || found === null) return undefined;
  const rest: MarkdownNode = { kind: 'text', text: first.text.slice(found[0].length) };
  return { kind: 'task', isDone: found[1] !== ' ', children: [rest, ...others] };
}

function isInline(node: MarkdownNode): boolean {
  if (node.kind === 'element') return ['em', 'strong', 's'].includes(node.tag);
  return ['text', 'code', 'link', 'image', 'break'].includes(node.kind);
}
