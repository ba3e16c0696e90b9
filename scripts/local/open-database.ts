// A step of `npm start`: migrates the database. Runs with start.ts's arguments and environment, and returns the
// bundle's path and the local organization's ID.
import { timed } from '../machine/terminal.ts';
import { ensureLocalOrganization, migrate, withLocalDatabase } from './database.ts';
import { localSecrets } from './secrets.ts';
import { localUrls, readStartSettings } from './settings.ts';
import { runStep } from './step-process.ts';
import { bundleWorker, readBundle } from './worker-bundle.ts';

await runStep(async () => {
  const settings = readStartSettings(process.argv.slice(2), process.env);
  if (typeof settings === 'string') throw new Error(settings);
  const { state } = settings;
  return timed('database', async () => {
    const bundle = await bundleWorker();
    return withLocalDatabase({ state, bundle: await readBundle(bundle) }, async (db) => {
      const migrated = await migrate(db, 'migrations');
      const { admin_token } = await localSecrets(state);
      const { local, organizationId } = await ensureLocalOrganization(db, state, {
        ...localUrls(settings),
        admin_token,
      });
      return {
        result: { organization: organizationId, bundle },
        summary: `${describe(migrated)}, namespace ${local.namespace_id}`,
      };
    });
  });
});

function describe({ added, before }: { added: number; before: number }): string {
  if (before === 0) return 'created';
  return added === 0 ? 'up to date' : `${added} new migration${added === 1 ? '' : 's'}`;
}
