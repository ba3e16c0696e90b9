// The parts of a README that the console shows. Each becomes an element of its own, and none holds HTML.

/** Elements without attributes. */
export type PlainTag = 'p' | 'blockquote' | 'li' | 'em' | 'strong' | 's' | 'thead' | 'tbody' | 'tr';

export type CellAlign = 'left' | 'center' | 'right' | undefined;

export type MarkdownNode =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'break' | 'rule' }
  | { kind: 'code-block'; text: string; language: string | undefined }
  | { kind: 'image'; src: string; alt: string }
  | MarkdownParent;

/** A part that contains others. */
export type MarkdownParent =
  | { kind: 'element'; tag: PlainTag; children: MarkdownNode[] }
  | { kind: 'heading'; level: number; id: string; children: MarkdownNode[] }
  | { kind: 'link'; href: string; children: MarkdownNode[] }
  | { kind: 'list'; start: number | undefined; children: MarkdownNode[] }
  | { kind: 'task'; isDone: boolean; children: MarkdownNode[] }
  | { kind: 'table'; children: MarkdownNode[] }
  | { kind: 'cell'; isHead: boolean; align: CellAlign; children: MarkdownNode[] };

/** Returns what a reader hears of parts: their text, without marks. */
export function plainText(nodes: readonly MarkdownNode[]): string {
  return nodes
    .map((node) => {
      if ('children' in node) return plainText(node.children);
      if ('text' in node) return node.text;
      return node.kind === 'image' ? node.alt : ' ';
    })
    .join('');
}
