// A step of `npm start`: bundles the Worker and migrates the database. Runs with start.ts's arguments and environment, and returns the
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
<<<<<<< HEAD
  return timed('database', async () => {
    const bundle = await bundleWorker();
    return withLocalDatabase({ state, bundle: await readBundle(bundle) }, async (db) => {
      const applied = await migrate(db, 'migrations');
=======
  return timed('database', async () =>
    withLocalDatabase({ state, bundle: await workerBundle() }, async (db) => {
      const migrated = await migrate(db, 'migrations');
>>>>>>> b0355b14c71b526443e6a301dd5316d237244c46
      const { admin_token } = await localSecrets(state);
      const { local, organizationId } = await ensureLocalOrganization(db, state, {
        ...localUrls(settings),
        admin_token,
      });
<<<<<<< HEAD
      const migrations = applied === 0 ? 'up to date' : `${applied} new migration${applied === 1 ? '' : 's'}`;
      return {
        result: { organization: organizationId, bundle },
        summary: `${migrations}, namespace ${local.namespace_id}`,
      };
    });
  });
=======
      return { result: organizationId, summary: `${describe(migrated)}, namespace ${local.namespace_id}` };
    }),
  );
>>>>>>> b0355b14c71b526443e6a301dd5316d237244c46
});

function describe({ added, before }: { added: number; before: number }): string {
  if (before === 0) return 'created';
  return added === 0 ? 'up to date' : `${added} new migration${added === 1 ? '' : 's'}`;
}
