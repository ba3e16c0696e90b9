// Takes from the stored configuration what makes each query of the simulated D1 write: a bookmark, which workerd stores with a sync of the
// disk, also for a query that only reads. A local database has no replicas that a bookmark could be for (decision 128).

/** In Miniflare's Worker for D1. */
const storedBookmark =
  /try \{\s*commitToken = await this\.state\.storage\.getCurrentBookmark\(\);\s*\} catch \(\w+\) \{[^}]*\$\{\w+\}[^}]*\}\);?\s*\}/g;
const constant = 'commitToken = "00000001-00000000-00000000-00000000000000000000000000000000";';

/** Returns the configuration, in which every text keeps its length. It is the same if there is no such place: queries are slower then. */
export function withQuietReads(config: Buffer): Buffer {
  const text = config.toString('latin1');
  return Buffer.from(
    text.replaceAll(storedBookmark, (found) => constant.padEnd(found.length)),
    'latin1',
  );
}
