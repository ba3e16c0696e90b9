// An organization's storage budget: whether more fits, and reservations of what is being written.
import { type SQL, sql } from 'drizzle-orm';
import { byteReservation } from '../contract/limits/quotas.ts';
import type { OrganizationId, UploadId } from '../core/ids.ts';
import type { Db } from '../db/client.ts';
import { isUnderWay, pluginVersions, uploads } from '../db/schema/registry.ts';
import { storedBytes } from './amounts.ts';
import { type Quota, quota, quotaLimit, quotaText, readUsage } from './quotas.ts';

/** SQL: as many of the bytes as fit into the budget, at least 0. */
export function roomFor(organizationId: OrganizationId | SQL, bytes: number): SQL<number> {
  return sql<number>`max(0, min(${bytes}, ${quotaLimit(organizationId, 'stored_bytes')} - ${storedBytes(organizationId)}))`;
}

/** Returns the quota for additional bytes. `replaced` is SQL for bytes that they replace. */
export function storageQuota(
  organizationId: OrganizationId,
  sizeBytes: number,
  { hint, replaced = sql`0` }: { replaced?: SQL; hint?: string | undefined } = {},
): Quota {
  const used = sql<number>`(${storedBytes(organizationId)} - ${replaced})`;
  return quota(organizationId, 'stored_bytes', used, { adding: sizeBytes, hint });
}

interface NewArchive {
  sha256: string;
  sizeBytes: number;
  /** The upload that contains the archive. Its own reservation doesn't count. */
  uploadId?: UploadId;
}

/** Returns the quota for an archive, which may already be stored. Open uploads reserve their announced size (D28). */
export function archiveQuota(organizationId: OrganizationId, { sha256, sizeBytes, uploadId }: NewArchive): Quota {
  const same = sql`select ${pluginVersions.sizeBytes} from ${pluginVersions}
    where ${pluginVersions.organizationId} = ${organizationId} and ${pluginVersions.sha256} = ${sha256} and ${pluginVersions.deletedAt} is null limit 1`;
  const own = sql`select max(coalesce(${uploads.announcedBytes}, 0), coalesce(${uploads.foundBytes}, 0)) from ${uploads} where ${uploads.id} = ${uploadId ?? null} and ${isUnderWay}`;
  return storageQuota(organizationId, sizeBytes, { replaced: sql`(coalesce((${same}), 0) + coalesce((${own}), 0))` });
}

/** Thrown if the budget has no space for a write. The message says what uses it, and how to free some. */
export class BudgetFull extends Error {
  override readonly name = 'BudgetFull';
}

/** `bytes` is the number of bytes that don't fit. */
export async function budgetFull(db: Db, organizationId: OrganizationId, bytes: number): Promise<BudgetFull> {
  const full = storageQuota(organizationId, bytes);
  return new BudgetFull(`The quota stored_bytes is exhausted. ${quotaText(full, await readUsage(db, full))}`);
}

/** Reserves bytes before they are stored, in growing steps. */
export class ByteReservation {
  readonly #extend: (bytes: number) => Promise<number>;
  readonly #full: (missing: number) => Promise<BudgetFull>;
  #reserved: number;
  #used = 0;

  /** `extend` reserves as many of the bytes as fit, and returns the total reserved. */
  constructor(
    reserved: number,
    extend: (bytes: number) => Promise<number>,
    full: (missing: number) => Promise<BudgetFull>,
  ) {
    this.#reserved = reserved;
    this.#extend = extend;
    this.#full = full;
  }

  get used(): number {
    return this.#used;
  }

  /** Releases the reservation of these bytes, which now count as stored. */
  settle(bytes: number): void {
    this.#used -= bytes;
    this.#reserved -= bytes;
  }

  /** Throws a BudgetFull if the bytes don't fit; the caller must not store them. */
  async add(bytes: number): Promise<void> {
    this.#used += bytes;
    const missing = this.#used - this.#reserved;
    if (missing <= 0) return;
    this.#reserved = await this.#extend(Math.max(missing, Math.min(this.#reserved, byteReservation.stepBytes)));
    if (this.#used > this.#reserved) throw await this.#full(this.#used - this.#reserved);
  }
}
