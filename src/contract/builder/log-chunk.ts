// Defines chunks, the parts of an instance's log that are stored, and the builder's routes under /logs, by which they are read and stored.
// A chunk only grows at its end, and never after it was handed out to be stored. So one that is stored twice is stored once.
import { z } from 'zod';
import { instanceStates } from './instance-states.ts';
import { logLineSchema } from './log-line.ts';

/** 13 digits, enough until the year 2286. */
const startMax = 9_999_999_999_999;

export const logChunkSchema = z.object({
  /** When its first line was printed, in milliseconds; later than any earlier chunk of the same writer. */
  start: z.int().min(0).max(startMax),
  /** Distinguishes the builders, and the containers, that an instance ran in. */
  writer: z.string().regex(/^[0-9a-f]{8}$/),
  lines: z.array(logLineSchema),
});
export type LogChunk = z.infer<typeof logChunkSchema>;

export const chunkNamePattern = /^\d{13}-[0-9a-f]{8}$/;

/** Returns the chunk's name. Names sort from the newest to the oldest chunk, because a bucket lists its keys in ascending order only. */
export function chunkName({ start, writer }: Pick<LogChunk, 'start' | 'writer'>): string {
  return `${String(startMax - start).padStart(13, '0')}-${writer}`;
}

/**
 * GET /logs/{id}: the chunks that the builder has in memory, oldest first, stored or not. `?from=<name>` leaves out those before that
 * chunk, if the builder has it. `state` is null if there is no instance, only its log.
 */
export const heldLogSchema = z.object({ state: z.enum(instanceStates).nullable(), chunks: z.array(logChunkSchema) });
export type HeldLog = z.infer<typeof heldLogSchema>;

/** GET /logs: chunks to be stored, of one log (`id`) or of all. POST /logs/stored then reports them as stored. */
export const unstoredLogsSchema = z.object({
  logs: z.array(z.object({ id: z.string(), chunks: z.array(logChunkSchema) })),
});
export type UnstoredLogs = z.infer<typeof unstoredLogsSchema>;

export interface UnstoredRequest {
  id?: string;
  /** How long to wait for the first chunk, in milliseconds. */
  waitMs?: number;
  /** Whether chunks that may still grow end now. Otherwise they end when they are full or old enough. */
  seal?: boolean;
}

/** POST /logs/stored: the names of chunks that are stored. */
export const storedChunksSchema = z
  .array(z.strictObject({ id: z.string(), chunks: z.array(z.string().regex(chunkNamePattern)).max(1000) }))
  .max(1000);
export type StoredChunks = z.infer<typeof storedChunksSchema>;

/** Where logs are stored from: a builder. */
export interface LogSource {
  unstoredLogs(request: UnstoredRequest): Promise<UnstoredLogs>;
  logsStored(stored: StoredChunks): Promise<void>;
}

/** Sent with the response to a call if the instance's log has a full chunk that is not stored. */
export const logDueHeader = 'slipway-log-due';
