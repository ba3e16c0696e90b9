// Builds the statements that Slipway signs about a version. Each names the version by its ID, because others can publish the same file.
// They contain nothing that their readers couldn't see otherwise: no e-mail addresses, and names only of CI jobs.
import { ownerNamespace } from '../../access/owners.ts';
import type { ActorRef } from '../../contract/actor.ts';
import { goStandardLibrary, packageUrl } from '../../contract/advisories.ts';
import type { BuildOutput } from '../../contract/builder/go-plugins.ts';
import { lockEntries } from '../../contract/builder/packages.ts';
import {
  type EvidenceType,
  predicateTypes,
  type Statement,
  statementType,
} from '../../contract/features/evidence/evidence.ts';
import { decideVerdict, type Finding } from '../../contract/findings/finding.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import { iso } from '../../core/clock.ts';
import { sha256Hex } from '../../core/digest.ts';
import { canonicalJson } from '../../core/json/canonical.ts';
import type { pluginLocks } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';
import type { Scan } from '../../registry/storage/stored-findings.ts';
import type { Upload } from '../../registry/uploads/uploads.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';

/** Facts from which the statements are made. */
export interface Facts {
  version: Omit<PluginVersion, 'capabilities' | 'manifest'>;
  /** The upload that published the version. */
  upload: Upload | undefined;
  scan: Scan;
  lock: typeof pluginLocks.$inferSelect | undefined;
}

type Installation = Pick<Deps, 'publicUrl' | 'hosts' | 'storage'>;

/** Names what Slipway does between an upload and a version. */
const buildType = 'https://slipway.dev/publication/v1';

/** Returns the installation's URI. One that has no address of its own is known by its keys only. */
export function installationUri({ publicUrl, hosts, storage }: Installation): string {
  const [host] = storage.local ? [] : (hosts ?? []);
  return publicUrl ?? (host === undefined ? 'urn:slipway:installation' : `https://${host}`);
}

/** Returns the types of statements that a version should have. A verdict on a staged version is signed when it is approved. */
export function dueTypes({ version, lock }: Pick<Facts, 'version' | 'lock'>): EvidenceType[] {
  const isAccepted = version.stage === null || version.stage === 'approved';
  return ['provenance', ...(isAccepted ? (['verdict'] as const) : []), ...(lock ? (['lock'] as const) : [])];
}

function statement(type: EvidenceType, { version }: Facts, predicate: JsonObject): Statement {
  return { _type: statementType, subject: subjects(version), predicateType: predicateTypes[type], predicate };
}

function subjects(version: Facts['version']): Statement['subject'] {
  const { name, sha256, uploadSha256, built } = version;
  const base = `${name}-${formatVersion(version)}`;
  const wasm = built?.wasm && 'artifact' in built.wasm ? built.wasm.artifact : undefined;
  return [
    { name: `${base}.zip`, digest: { sha256 } },
    ...(uploadSha256 === sha256 ? [] : [{ name: `${base}.tar.gz`, digest: { sha256: uploadSha256 } }]),
    ...(built ? [{ name: base, digest: { sha256: built.artifact.sha256 } }] : []),
    ...(wasm ? [{ name: `${base}.wasm`, digest: { sha256: wasm.sha256 } }] : []),
  ];
}

/** States from what the version was made, as SLSA Provenance v1. */
export function provenanceStatement(installation: Installation, facts: Facts): Statement {
  const { version, upload } = facts;
  const { built, createdAt, createdBy, kind, name, organizationId, ownerId, source } = version;
  const namespaceId = ownerNamespace(ownerId);
  const git = source?.commit ? { ...source, commit: source.commit } : undefined;
  return statement('provenance', facts, {
    buildDefinition: {
      buildType,
      externalParameters: {
        kind,
        name,
        version: formatVersion(version),
        organization: organizationId,
        ...(namespaceId === null ? {} : { namespace: namespaceId }),
        publisher: publisherOf(createdBy),
        ...(git ? { source: sourceOf(git) } : {}),
      },
      internalParameters: {
        versionId: version.id,
        ...(built ? { target: built.provenance.target, flags: built.provenance.flags } : {}),
      },
      resolvedDependencies: [
        ...(git ? [{ uri: `git+${git.repository}@${git.ref}`, digest: { gitCommit: git.commit } }] : []),
        ...(built ? goDependencies(built) : []),
      ],
    },
    runDetails: {
      builder: { id: installationUri(installation) },
      metadata: {
        invocationId: upload?.id ?? version.id,
        startedOn: iso(upload?.confirmedAt ?? upload?.createdAt ?? createdAt),
        finishedOn: iso(createdAt),
      },
    },
  });
}

function sourceOf({
  repository,
  ref,
  commit,
  path,
}: {
  repository: string;
  ref: string;
  commit: string;
  path?: string | undefined;
}) {
  return { repository, ref, commit, ...(path === undefined ? {} : { path }) };
}

const emailAddress = /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/;

/** A person is named by ID only. Of a CI job, the claims say what ran, and where, and the issuer who vouches for them. */
function publisherOf({ type, id, name, claims = {}, issuer }: ActorRef): JsonObject {
  if (type !== 'ci') return { type, id };
  const kept = Object.entries(claims).filter(([, value]) => !emailAddress.test(value));
  return {
    type,
    id,
    ...(name === undefined ? {} : { name }),
    ...(issuer ? { issuer } : {}),
    claims: Object.fromEntries(kept),
  };
}

/** Lists the toolchain, then the modules with their digests as in go.sum. */
function goDependencies({ provenance: { modules, toolchain } }: BuildOutput): Json[] {
  const version = toolchain.replace(/^go/, '');
  return [
    { uri: packageUrl({ ecosystem: 'Go', name: goStandardLibrary, version }), annotations: { toolchain } },
    ...modules.map(({ path, version: number, sum }) => ({
      uri: packageUrl({ ecosystem: 'Go', name: path, version: number.replace(/^v/, '') }),
      ...(sum === null ? {} : { annotations: { h1: sum } }),
    })),
  ];
}

/** States what the scan policy said, and who approved the version. */
export async function verdictStatement(
  installation: Installation,
  facts: Facts,
  findings: readonly Finding[],
): Promise<Statement> {
  const { version, scan, upload } = facts;
  const { decision } = version;
  const waivers = new Map(
    findings.flatMap(({ ruleId, waiver }) =>
      waiver ? [[ruleId, { rule: ruleId, reason: waiver.reason, expiresAt: iso(waiver.expiresAt) }]] : [],
    ),
  );
  return statement('verdict', facts, {
    versionId: version.id,
    verifier: { id: installationUri(installation) },
    policyVersion: scan.policyVersion,
    level: scan.level,
    verdict: upload ? decideVerdict(findings) : version.verdict,
    findings: { count: findings.length, digest: { sha256: await sha256Hex(canonicalJson(findings)) } },
    waivers: [...waivers.values()],
    approval: decision ? { by: { type: decision.by.type, id: decision.by.id }, at: iso(decision.at) } : null,
  });
}

/** States to which packages the version's dependencies were resolved. */
export function lockStatement(facts: Facts & { lock: NonNullable<Facts['lock']> }): Statement {
  const { digest, text, resolver, createdAt } = facts.lock;
  return statement('lock', facts, {
    versionId: facts.version.id,
    resolver,
    lock: { digest: { sha256: digest } },
    lockedOn: iso(createdAt),
    packages: lockEntries(text).map(({ name, version, hashes }) => ({
      uri: packageUrl({ ecosystem: 'PyPI', name, version }),
      sha256: hashes,
    })),
  });
}
