// Starts a Slipway for a trial, with a state folder of its own.

import { rm } from 'node:fs/promises';
import { newStateFolder, startSlipway } from '../../test/e2e/slipway.ts';
import type { Local } from '../local/organization.ts';

/** Runs `use` beside a Slipway that is ready, and stops it. */
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
