// Names the objects of runs in the store. All of a run is in its folder.
import type { RunId } from '../core/ids.ts';
import type { Run } from './run.ts';

export const runsFolder = 'runs/';

export function runFolder(id: RunId): string {
  return `${runsFolder}${id}/`;
}

/** Where the input is sent to. */
export function inputKey(id: RunId): string {
  return `${runFolder(id)}input`;
}

const digits = { chunk: 5, row: 8 };

export function chunksFolder(id: RunId): string {
  return `${runFolder(id)}chunks/`;
}

/** A chunk of an input that is not stored as it is read, because it was compressed, or is what failed in another run. */
export function storedChunkKey(id: RunId, number: number): string {
  return `${chunksFolder(id)}${String(number).padStart(digits.chunk, '0')}`;
}

/** Whether chunks are objects of their own. Others are ranges of the input. */
export function hasStoredChunks({ compression, failedOf }: Pick<Run, 'compression' | 'failedOf'>): boolean {
  return compression !== null || failedOf !== null;
}

export function chunkId(id: string, firstRow: number): string {
  return `${id}.${firstRow}`;
}

export type ResultKind = 'output' | 'errors';

/**
 * The object of what one attempt has written of the chunk with this first row. Each attempt has objects of its own, so that one that has lost its
 * lease changes nothing.
 */
export function partKey(id: RunId, firstRow: number, attempt: number, kind: ResultKind): string {
  const name = `${String(firstRow).padStart(digits.row, '0')}.${attempt}`;
  return `${runFolder(id)}${name}${kind === 'errors' ? '.errors' : ''}.jsonl`;
}

/** The chunk and the attempt that an object is of. Undefined for other objects. */
export function parsePartKey(key: string): { chunkId: string; attempt: number } | undefined {
  const [, id = '', firstRow, attempt] = /^runs\/([^/]+)\/(\d+)\.(\d+)(?:\.errors)?\.jsonl$/.exec(key) ?? [];
  return attempt === undefined ? undefined : { chunkId: chunkId(id, Number(firstRow)), attempt: Number(attempt) };
}
