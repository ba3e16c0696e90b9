// Splits a file's unified diff into blocks, so its two sides can be shown side by side.

export interface DiffLine {
  /** The line's text after the diff mark: a space, a minus or a plus. */
  text: string;
  /** Undefined for text outside the file, such as the remark that the file has no final line break. */
  number: number | undefined;
}

export type DiffBlock =
  | { kind: 'hunk'; text: string }
  /** In a block of what did not change, both sides have the same texts. */
  | { kind: 'same' | 'changed'; before: DiffLine[]; after: DiffLine[] };

const hunkHeader = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Splits a diff into blocks. Leaves out the lines before the first hunk, which name the file. */
export function diffBlocks(diff: string): DiffBlock[] {
  const blocks: DiffBlock[] = [];
  let [before, after] = [0, 0];
  for (const text of diff.split('\n')) {
    const [header, beforeAt, afterAt] = hunkHeader.exec(text) ?? [];
    if (header !== undefined) {
      [before, after] = [Number(beforeAt), Number(afterAt)];
      blocks.push({ kind: 'hunk', text });
    } else if (blocks.length === 0 || text === '') continue;
    else if (text.startsWith('-')) blockOf(blocks, 'changed').before.push({ text, number: before++ });
    else if (text.startsWith('+')) blockOf(blocks, 'changed').after.push({ text, number: after++ });
    else if (text.startsWith('\\')) remark(blocks, text);
    else {
      const block = blockOf(blocks, 'same');
      block.before.push({ text, number: before++ });
      block.after.push({ text, number: after++ });
    }
  }
  return blocks;
}

type Sides = Exclude<DiffBlock, { kind: 'hunk' }>;

/** Returns the last block if it has this kind, else a new one. */
function blockOf(blocks: DiffBlock[], kind: Sides['kind']): Sides {
  const last = blocks.at(-1);
  if (last !== undefined && last.kind !== 'hunk' && last.kind === kind) return last;
  const block: Sides = { kind, before: [], after: [] };
  blocks.push(block);
  return block;
}

/** Adds a remark to the side whose last line it concerns. */
function remark(blocks: DiffBlock[], text: string): void {
  const last = blocks.at(-1);
  if (last === undefined || last.kind === 'hunk') return;
  const line = { text, number: undefined };
  if (last.kind === 'same' || last.after.length === 0) last.before.push(line);
  if (last.kind === 'same' || last.after.length > 0) last.after.push(line);
}
