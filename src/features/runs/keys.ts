// Store keys of a run's objects. All of them are in the run's folder.
import type { RunId } from '../../core/ids.ts';
import { runsFolder } from '../../registry/storage/runs-folder.ts';
import type { Run } from './run.ts';

export function runFolder(id: RunId): string {
  return `${runsFolder}${id}/`;
}

/** Returns the input's upload key. */
export function inputKey(id: RunId): string {
  return `${runFolder(id)}input`;
}

const digits = { chunk: 5, row: 8 };

export function chunksFolder(id: RunId): string {
  return `${runFolder(id)}chunks/`;
}

/** Returns the key of a chunk that is stored separately, because the input was compressed or consists of another run's failed rows. */
export function storedChunkKey(id: RunId, number: number): string {
  return `${chunksFolder(id)}${String(number).padStart(digits.chunk, '0')}`;
}

/** Returns whether chunks are separate objects. Otherwise they are ranges of the input. */
export function hasStoredChunks({ compression, failedOf }: Pick<Run, 'compression' | 'failedOf'>): boolean {
  return compression !== null || failedOf !== null;
}

export function chunkId(id: string, firstRow: number): string {
  return `${id}.${firstRow}`;
}

export type ResultKind = 'output' | 'errors';

/**
 * Returns the key of one attempt's results for the chunk with this first row. Each attempt has its own objects, so an attempt that has
 * lost its lease changes nothing.
 */
export function partKey(id: RunId, firstRow: number, attempt: number, kind: ResultKind): string {
  const name = `${String(firstRow).padStart(digits.row, '0')}.${attempt}`;
  return `${runFolder(id)}${name}${kind === 'errors' ? '.errors' : ''}.jsonl`;
}

/** Returns the chunk and attempt that an object belongs to; undefined for other objects. */
export function parsePartKey(key: string): { chunkId: string; attempt: number } | undefined {
  const [, id = '', firstRow, attempt] = /^runs\/([^/]+)\/(\d+)\.(\d+)(?:\.errors)?\.jsonl$/.exec(key) ?? [];
  return attempt === undefined ? undefined : { chunkId: chunkId(id, Number(firstRow)), attempt: Number(attempt) };
}
