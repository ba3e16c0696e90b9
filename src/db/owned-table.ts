// Defines how a table's rows belong to organizations. Their export and their removal follow from it.
import type { SQL } from 'drizzle-orm';
import type { AnySQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Quarantine } from '../contract/withdrawals.ts';
import type { OrganizationId } from '../core/ids.ts';

/** Kinds of holders. `owner` is a namespace or the organization itself, since both can own plugins. */
export type KernelHolder = 'organization' | 'owner' | 'namespace' | 'key' | 'run';

/** The owner of rows: a kind of the kernel's, or SQL that selects the IDs of an organization's own, as `id`. */
export type Holder = KernelHolder | ((id: OrganizationId) => SQL);

/** A table whose rows belong to holders. */
export interface HeldTable {
  table: SQLiteTable;
  holder: Holder;
  /** The column that names the holder. */
  column: AnySQLiteColumn;
  /** Columns that its export omits: secrets, even encrypted ones, and their digests. */
  omitted?: readonly AnySQLiteColumn[];
  /** Name of the table that it follows in the export. If there is none, it is the last. */
  after?: string;
  /** Returns the keys of the stored objects that belong to an exported row. */
  objects?(row: Record<string, unknown>): string[];
}

/** A table whose rows are removed with their organization. An index on `column` continues with the table's ID. */
export interface OwnedTable extends HeldTable {
  table: SQLiteTable & { id: AnySQLiteColumn };
}

/** A table without IDs whose rows are removed with their organization. Its export has an order for them, or omits them. */
export type OwnedRows = SweptTable | OmittedRows;

export interface OmittedRows extends HeldTable {
  /** Why the export omits them. */
  omittedBecause: string;
}

/** A table whose rows a step of the sweep removes after their namespace is deleted. */
export interface SweptTable extends HeldTable {
  /** Columns with which an index on `column` continues. They are unique per holder. */
  order: readonly AnySQLiteColumn[];
}

/** A table whose rows name their organization. */
export interface OrganizationRows extends SQLiteTable {
  id: AnySQLiteColumn;
  organizationId: AnySQLiteColumn;
}

/** A table of named and numbered content that the operator can quarantine by its digest. */
export interface QuarantinableRows extends SQLiteTable {
  id: AnySQLiteColumn<{ data: string; notNull: true }>;
  organizationId: AnySQLiteColumn<{ data: OrganizationId; notNull: true }>;
  name: AnySQLiteColumn<{ data: string; notNull: true }>;
  version: AnySQLiteColumn<{ data: string; notNull: true }>;
  quarantined: AnySQLiteColumn<{ data: Quarantine; notNull: false }>;
}

/** A row of such a table, with its digest. */
export interface QuarantinableRow {
  id: string;
  organizationId: OrganizationId;
  name: string;
  version: string;
  sha256: string;
  quarantined: Quarantine | null;
}
