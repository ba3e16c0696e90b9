// Declares the points at which features join in what the kernel does. `Deps` carries what is attached; `features.ts` lists it.
import type { SQL, SQLWrapper } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { ActorRef } from './contract/actor.ts';
import type { FoundNeed } from './contract/attention.ts';
import type { PythonIndex } from './contract/builder/python-indexes.ts';
import type { SourcePlace } from './contract/builder/source-places.ts';
import type { SourceCredential, SourceRefusal } from './contract/builder/sources.ts';
import type { Role } from './contract/identity.ts';
import type { QuotaResource } from './contract/limits/quotas.ts';
import type { Message } from './contract/messages.ts';
import type { AskedHardware } from './contract/plugin/hardware.ts';
import type { Missing } from './contract/plugin/missing.ts';
import type { Permissions } from './contract/plugin/permissions.ts';
import type { Scope } from './contract/scopes.ts';
import type { ClusterNetwork, PluginKind } from './contract/states.ts';
import type { Quarantine } from './contract/withdrawals.ts';
import type { Clock } from './core/clock.ts';
import type { DeploymentId, EventId, NamespaceId, OrganizationId, PersonId, VersionId } from './core/ids.ts';
import type { Db, Statement } from './db/client.ts';
import type { OwnedRows, OwnedTable, QuarantinableRow, QuarantinableRows, SweptTable } from './db/owned-table.ts';
import type { Used } from './limits/amounts.ts';

/** An organization that a batch closes. */
export interface Closing {
  id: OrganizationId;
  now: number;
  /** SQL: the batch closed it, or it was closed before. */
  isClosed: SQL;
}

/** An organization's events that are about to move to the store. */
export interface Archiving {
  organizationId: OrganizationId;
  /** Time of the last of them. */
  lastEventAt: number;
}

/** The requester of a source, as recorded in an upload. */
export interface Requester {
  organizationId: OrganizationId;
  /** The actor that requested the source. */
  createdBy: ActorRef;
}

/** Dependencies that read and decrypt stored credentials. */
interface CredentialDeps {
  db: Db;
  dataKey: string;
}

/** Credentials with which an organization's sources and packages are fetched. */
export interface SourceCredentials<AllDeps> {
  /** Returns undefined if the organization has none for the repository. */
  forRepository(
    deps: AllDeps,
    requester: Requester,
    repository: string,
  ): Promise<SourceCredential | SourceRefusal | undefined>;
  /** Returns the places with private Go modules. */
  modulePlaces(deps: Pick<CredentialDeps, 'db'>, id: OrganizationId): Promise<SourcePlace[]>;
  /** Returns the Python indexes for a version's packages. */
  pythonIndexes(
    deps: CredentialDeps,
    version: { id: VersionId; organizationId: OrganizationId },
  ): Promise<PythonIndex[]>;
  /** Records that these indexes were queried. */
  noteIndexUse(deps: { db: Db; clock: Clock }, id: OrganizationId, urls: ReadonlySet<string>): Promise<void>;
}

/** A cluster that an organization's plugins may run on. */
export interface OfferedCluster {
  name: string;
  network: ClusterNetwork;
  /** Null if it isn't known whether its nodes can fetch files. */
  reach: 'any' | 'small' | null;
}

/** A plugin's requests to the cluster that it runs on. */
export interface AskedOfCluster {
  /** The plugin's name in messages. */
  label: string;
  hardware: AskedHardware;
  models: readonly string[];
  permissions: Permissions | undefined;
}

/** Clusters, where instances run that are placed on Ray. */
export interface Clusters {
  /** Selects those that the organization's plugins may run on. It is part of the one read of what a plugin needs. */
  select(db: Db, id: OrganizationId): Statement & { _: { result: OfferedCluster[] } };
  /** Returns why the plugin can't run on these clusters. Empty if it can. */
  missing(asked: AskedOfCluster, offered: readonly OfferedCluster[]): Missing[];
}

/** A metric with a value for each of some rows. */
export interface Gauge {
  name: string;
  help: string;
  /** SQL that selects a limited number of rows: `labels`, a JSON object of texts, and `value`. */
  samples(now: number): SQL;
}

/** Facts about the people whose keys act. */
export interface People {
  /** SQL: the person's role in the organization. Null if they are no member. */
  roleOf(organizationId: SQLWrapper, personId: SQLWrapper): SQL<Role | null>;
  /** SQL: the organization has an owner, who can sign in. */
  hasOwner(id: OrganizationId): SQL;
  /** SQL: one of the people has the e-mail address of this one. `ids` selects them. */
  isNamesake(personId: PersonId, ids: SQL): SQL;
  /** SQL: a JSON list of the names of two people who may approve versions in the namespace, or in all. Shorter if there are fewer. */
  approvers(organizationId: OrganizationId, namespaceId: NamespaceId | null): SQL<string>;
}

/** Content, in addition to versions, that the operator can quarantine by its digest. Its quarantines outlive its organization. */
export interface Quarantinable<AllDeps> {
  /** Its kind in lists. */
  kind: PluginKind;
  rows: QuarantinableRows;
  /** The column with the digest of a row's content. */
  digest: AnySQLiteColumn<{ data: string; notNull: true }>;
  /** Returns statements that quarantine the row's content, or lift its quarantine if it is null, and record that. */
  change(deps: AllDeps, row: QuarantinableRow, to: { quarantined: Quarantine | null; actor: ActorRef }): Statement[];
}

/** A change of a version, in a batch. */
export interface VersionChange {
  id: VersionId;
  /** `decided`: it was approved or rejected. `locked`: its dependencies were resolved. */
  change: 'decided' | 'locked';
  /** SQL: the batch changed it. */
  isChanged: SQL;
}

/** A table whose rows are removed with the version that they name, and aren't in an organization's export. */
export interface VersionRows {
  /** The column that names the version. */
  column: AnySQLiteColumn;
  /** Why the export omits them. */
  omittedBecause: string;
}

/** The one whose needs are listed, and the namespaces that they are about. */
export interface Viewer {
  organizationId: OrganizationId;
  scopes: ReadonlySet<Scope>;
  /** Null for every namespace of the organization. Decides what may be seen beyond the namespaces below. */
  namespaceIds: ReadonlySet<NamespaceId> | null;
  /** Null unless a person asks. */
  personId: PersonId | null;
  /** SQL: the IDs of the namespaces that are asked about and may be seen. */
  namespaces: SQL;
  /** SQL: these, and the organization's if its own plugins may be seen. */
  owners: SQL;
}

/** A viewer, and how their needs are read. */
export interface ViewerRead extends Viewer {
  /** Runs a query in one batch with those of the other sources. */
  together<Rows>(query: Statement & { _: { result: Rows } }): Promise<Rows>;
}

/** Finds one kind of what needs attention. */
export interface NeedSource<AllDeps> {
  kind: string;
  /** Viewers without it see none. */
  scope: Scope | null;
  /** Returns at most `needLimits.readOfKind` needs. Waits for nothing before its only query, which it gives to `together`. */
  read(deps: AllDeps, viewer: ViewerRead): Promise<FoundNeed[]>;
}

/** A feature's attachments. Its functions take `AllDeps`, which are the kernel's `Deps`. */
export interface Points<AllDeps> {
  /**
   * Tables whose rows belong to organizations, in the order of their removal: rows before those that they refer to. Rows that
   * namespaces hold are also removed with their namespace. An organization's export contains the rows.
   */
  owned?: readonly (OwnedTable | OwnedRows)[];
  /**
   * Tables whose rows a step of the feature removes when their namespace is deleted, in the order of their removal. The removal of an
   * organization waits for it. The export contains the rows.
   */
  swept?: readonly SweptTable[];
  /** Columns that name deployments. Their rows are removed with the deployments of an organization. */
  ofDeployments?: readonly AnySQLiteColumn[];
  /** Tables whose rows say something about a version. */
  ofVersions?: readonly VersionRows[];
  /** Its other tables, and why they hold nothing that belongs to an organization, by the table's name. */
  ofNobody?: Record<string, string>;
  /** Returns statements for the batch that closes an organization, which make the feature's rows unreachable. */
  closing?(db: Db, closing: Closing): Statement[];
  /** Content that is refused, found and listed with the operator's quarantines. */
  quarantinable?: readonly Quarantinable<AllDeps>[];
  /** SQL by name of the work: since when the oldest due work has waited for a worker. If it is null or in the future, nothing is due. */
  waiting?: Record<string, (now: number) => SQL<number | null>>;
  /** Metrics of the database's rows. */
  gauges?: readonly Gauge[];
  /** SQL by resource with a quota: how much of it an organization uses. */
  used?: Partial<Record<QuotaResource, Used>>;
  /** Runs after a request or a batch of messages recorded events. If they were never written, it has no effect. */
  eventsRecorded?(deps: AllDeps, newest: EventId): void;
  /** Deletes some of the feature's rows about these events. Returns whether none is left; until then, the events stay. */
  beforeArchiving?(db: Db, archiving: Archiving): Promise<boolean>;
  /** Returns a message for the batch that undeploys a version because a user wants its code to stop. */
  stopping?(version: { id: VersionId; namespaceId: NamespaceId }): Message;
  /** Runs when a worker has advanced the deployment, which may have ended. It is repeated with the message. */
  deploymentAdvanced?(deps: AllDeps, id: DeploymentId): Promise<void>;
  /** Returns statements for the batch that changes a version. */
  versionChanging?(db: Db, change: VersionChange): Statement[];
  /** Runs when a version was accepted or decided. The answer doesn't wait for it, and nothing repeats it. */
  versionChanged?(deps: AllDeps, id: VersionId): Promise<void>;
  /** Runs before versions are compared with advisories, in an invocation of its own. It is repeated with the message. */
  beforeComparing?(deps: AllDeps): Promise<void>;
  /** Sources of the feature's needs. */
  needs?: readonly NeedSource<AllDeps>[];
  /** A single feature has them. */
  credentials?: SourceCredentials<AllDeps>;
  /** A single feature has them. */
  clusters?: Clusters;
  /** A single feature knows them. */
  people?: People;
}

/** Returns the credentials for sources. Undefined if no feature has them. */
export function credentialsOf<AllDeps>({
  features,
}: {
  features: readonly Points<AllDeps>[];
}): SourceCredentials<AllDeps> | undefined {
  return features.find(({ credentials }) => credentials)?.credentials;
}

/** Returns the clusters. Undefined if no feature has them. */
export function clustersOf<AllDeps>({ features }: { features: readonly Points<AllDeps>[] }): Clusters | undefined {
  return features.find(({ clusters }) => clusters)?.clusters;
}

/** Returns the facts about people. Undefined if no feature knows any. */
export function peopleOf({ features }: { features: readonly Pick<Points<unknown>, 'people'>[] }): People | undefined {
  return features.find(({ people }) => people)?.people;
}
