// Declares the points at which features join in what the kernel does. `Deps` carries what is attached; `features.ts` lists it.
import type { SQL } from 'drizzle-orm';
import type { DeploymentId, OrganizationId } from './core/ids.ts';
import type { Db, Statement } from './db/client.ts';
import type { OwnedTable } from './db/owned-table.ts';

/** An organization that a batch closes. */
export interface Closing {
  id: OrganizationId;
  now: number;
  /** SQL: the batch closed it, or it was closed before. */
  isClosed: SQL;
}

/** A feature's attachments. Its functions take `AllDeps`, which are the kernel's `Deps`. */
export interface Points<AllDeps> {
  /**
   * Tables whose rows belong to organizations, in the order of their removal: rows before those that they refer to. An organization's
   * export contains the rows.
   */
  owned?: readonly OwnedTable[];
  /** Returns statements for the batch that closes an organization, which make the feature's rows unreachable. */
  closing?(db: Db, closing: Closing): Statement[];
  /** SQL by name of the work: since when the oldest due work has waited for a worker. If it is null or in the future, nothing is due. */
  waiting?: Record<string, (now: number) => SQL<number | null>>;
  /** Runs when a worker has advanced the deployment, which may have ended. It is repeated with the message. */
  deploymentAdvanced?(deps: AllDeps, id: DeploymentId): Promise<void>;
}
