// Starts a Slipway for a trial, with its own state folder.
import { rm } from 'node:fs/promises';
import { newStateFolder, startSlipway } from '../../test/e2e/slipway.ts';
import type { Local } from '../local/organization.ts';

/** Starts a Slipway, runs `use` with it, then stops it. */
export async function withServer<T>(use: (local: Local) => Promise<T> | T): Promise<T> {
  const state = await newStateFolder();
  const slipway = await startSlipway(state);
  try {
    return await use(await slipway.ready());
  } finally {
    await slipway.stop();
    await rm(state, { recursive: true, force: true });
  }
}
