// Saves a run's results as one file. The browser buffers it until it is complete.
import { api } from '../../../data/api.ts';

export type ResultKind = 'output' | 'errors';

/** Limit for a browser. The CLI writes results as they arrive. */
const savedBytesMax = 1024 ** 3;
/** Returns whether a browser can save a file of this size. */
export function isSavable(bytes: number): boolean {
  return bytes <= savedBytesMax;
}

const partChars = 1024 * 1024;
/** How long the object URL stays valid: the browser copies the file in the background. */
const savedMs = 60_000;

export async function saveResults(
  namespace_id: string,
  run_id: string,
  kind: ResultKind,
  onProgress: (savedBytes: number) => void,
): Promise<void> {
  const path = { namespace_id, run_id };
  const lines =
    kind === 'output'
      ? api.lines('/v1/namespaces/{namespace_id}/runs/{run_id}/output', { path })
      : api.lines('/v1/namespaces/{namespace_id}/runs/{run_id}/errors', { path });
  const file = await fileOf(lines, onProgress);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${run_id}-${kind}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), savedMs);
}

/** Joins lines in parts, which the browser may keep on disk. */
async function fileOf(lines: AsyncIterable<string>, onProgress: (savedBytes: number) => void): Promise<Blob> {
  const parts: Blob[] = [];
  let bytes = 0;
  let text = '';
  const add = () => {
    const part = new Blob([text]);
    parts.push(part);
    bytes += part.size;
    text = '';
    onProgress(bytes);
  };
  for await (const line of lines) {
    text += `${line}\n`;
    if (text.length >= partChars) add();
  }
  add();
  return new Blob(parts, { type: 'application/x-ndjson' });
}
