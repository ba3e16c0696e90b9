// Checks the format number in a state folder's state.json to decide whether this Slipway can use the folder. Migrations update an older format. A newer format, or a missing number, is rejected and left unchanged.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/core/json/parse.ts';
import { readPrivateJson, writePrivateJson } from '../machine/private-file.ts';

/** Raised when older Slipways can no longer use the folder, for example after a migration that drops a column. Never lowered. */
export const stateFormat = 1;

export const stateFormatFile = 'state.json';
const stateSchema = z.object({ format: z.int().min(1) });
/** Entries that only a Slipway start writes. A builder started on its own may have its folder where there is no state yet. */
const written = ['platform', 'secrets.json', 'local.json'];

/** Marks a standby's copy. Slipway doesn't start with it. */
export const standbyFile = 'standby.json';
const standbySchema = z.object({
  /** Names the copy to its primary, also when a takeover is repeated. */
  id: z.uuid(),
  /** The primary's state folder. */
  of: z.string(),
  /** The process that follows the primary. */
  pid: z.int(),
  /** The copy has everything that was written before this time by the primary's clock. */
  at: z.iso.datetime().optional(),
  /** When the standby asked for it, by its own clock. */
  asked_at: z.iso.datetime().optional(),
});
export type Standby = z.infer<typeof standbySchema>;
export const readStandby = (folder: string) => readPrivateJson(join(folder, standbyFile), standbySchema);
export const writeStandby = (folder: string, standby: Standby) => writePrivateJson(join(folder, standbyFile), standby);

/** Marks the state folder of a primary that a standby took over from. Slipway doesn't start with it, and no other standby copies it. */
export const takeoverFile = 'taken-over.json';
const takeoverSchema = z.object({ by: z.uuid(), at: z.iso.datetime() });
export const readTakeover = (folder: string) => readPrivateJson(join(folder, takeoverFile), takeoverSchema);
export const writeTakeover = (folder: string, takeover: z.infer<typeof takeoverSchema>) =>
  writePrivateJson(join(folder, takeoverFile), takeover);

/** Returns why a folder isn't a primary's. A damaged mark counts too. */
export async function standbyError(folder: string): Promise<string | undefined> {
  if (existsSync(join(folder, takeoverFile))) {
    const { at = 'an unknown time' } = (await readTakeover(folder)) ?? {};
    return `a standby took over from the state folder ${folder} at ${at}: what was written since is there. Use or follow that one. If it is lost, delete ${join(folder, takeoverFile)} to use the state from then.`;
  }
  if (!existsSync(join(folder, standbyFile))) return undefined;
  return `the state folder ${folder} is a standby's copy. If it should take over, run \`npm run standby -- --promote ${folder}\`.`;
}

/** Returns why this Slipway can't use the folder, and how to fix it. Undefined if it can, or if there is no state yet. */
export async function stateFormatError(state: string): Promise<string | undefined> {
  try {
    const notPrimary = await standbyError(state);
    if (notPrimary !== undefined) return notPrimary;
    const text = await readFile(join(state, stateFormatFile), 'utf8').catch(undefinedIfMissing);
    if (text !== undefined) return problemOf(state, text);
    const names = await readdir(state).catch(undefinedIfMissing);
    return names?.some((name) => written.includes(name))
      ? `the state folder ${state} has no ${stateFormatFile}: it is from a Slipway before 0.1.0, or \`--fresh\` was interrupted. This version can't use it.`
      : undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `the state folder ${state} can't be read (${reason}). Correct its permissions.`;
  }
}

/** Call this before any other change, so that an older Slipway also rejects a folder whose upgrade was interrupted. */
export function writeStateFormat(state: string): Promise<void> {
  return writePrivateJson(join(state, stateFormatFile), { format: stateFormat });
}

function problemOf(state: string, text: string): string | undefined {
  const format = stateSchema.safeParse(parseJson(text)).data?.format;
  if (format === undefined)
    return `${join(state, stateFormatFile)} is damaged. If only this version of Slipway used the folder, write {"format": ${stateFormat}} into it.`;
  if (format > stateFormat)
    return `the state folder ${state} has the format ${format} of a newer Slipway, and this one supports formats up to ${stateFormat}. Start the newer one.`;
  return undefined;
}

function undefinedIfMissing(error: unknown): undefined {
  const isMissing = error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
  if (!isMissing) throw error;
}
