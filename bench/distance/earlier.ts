// Prepares an earlier commit to be measured by this bench as it is now.
import { cp } from 'node:fs/promises';
import { checkoutOf } from '../before.ts';

/** Files that this bench needs, which an earlier commit may have in another form. */
const own = [
  'bench/distance',
  'bench/worker-config.ts',
  'test/support/database/d1-rows.ts',
  'test/support/database/lagging-d1.ts',
];

/** Runs the work in a checkout of the commit, and removes it. */
export async function withEarlier<Result>(ref: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const checkout = await checkoutOf(ref);
  try {
    for (const path of own) await cp(path, `${checkout.path}/${path}`, { recursive: true, force: true });
    return await work(checkout.path);
  } finally {
    await checkout.remove();
  }
}
