// A release whose object the test wakes.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { ReleaseDelta } from '../../../src/contract/releases.ts';
import type { ReleaseId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import type { Deps } from '../../../src/deps.ts';
import { ReleaseObject } from '../../../src/releases/release-object.ts';
import { pausedD1 } from '../../support/database/paused-d1.ts';
import { testApp } from '../../support/deps.ts';
import { type Releasing, releasing } from '../../support/scenes/releasing.ts';

class OwnObject extends ReleaseObject {}

/** Reports of 20 calls to each version, of which the candidate's fail. */
export const failing: ReleaseDelta = {
  weight: 1000,
  drawn: {
    stable: { calls: 180, errors: 0, crashes: 0, starts: 0, durations: { 10: 180 } },
    candidate: { calls: 20, errors: 20, crashes: 0, starts: 0, durations: { 10: 20 } },
  },
  sticky: {},
  compared: [],
};

export interface Scene extends Releasing {
  id: string;
  one: string;
  releaseId: ReleaseId;
  /** Whether the database fails. */
  database: { isLost: boolean };
  /** Returns the object as it is after an eviction. */
  make(): Promise<OwnObject>;
}

/** Runs with an object of the release that has its own, losable connection to the database. */
export async function withObject(use: (scene: Scene) => Promise<void>, plan?: object): Promise<void> {
  const r = await releasing(plan);
  const lost = { isLost: false };
  const d1 = pausedD1(env.DB, async () => {
    if (lost.isLost) throw new Error('Network connection lost.');
  });
  const deps: Deps = testApp({ db: database(d1) }).deps;
  await runInDurableObject(env.RELEASES.getByName(crypto.randomUUID()), async (_, state) => {
    const make = async () => {
      const object = new OwnObject(state, env, deps);
      await state.blockConcurrencyWhile(async () => {}); // until it has read its storage
      return object;
    };
    await use({ ...r, releaseId: r.id as ReleaseId, database: lost, make });
  });
}
