// Mutations of src/registry: who may end an upload, what is published, stored and deleted, and which artifacts are fetched.
import type { Mutation } from './mutation.ts';

const twoUploads = 'test/registry/uploads/two-workers.test.ts';
const twoArtifacts = 'test/registry/agents/two-workers.test.ts';
const artifacts = 'test/registry/agents/agent-artifacts.test.ts';
const orphans = 'test/registry/storage/orphaned-objects.test.ts';
const release = 'test/registry/storage/archive-release.test.ts';
const expiry = 'test/registry/uploads/upload-expiry.test.ts';
const races = 'test/api/uploads/confirm-races.test.ts';
const installing = 'test/deploy/install/install.test.ts';
const twoInstalls = 'test/deploy/install/two-workers.test.ts';
const changes = 'test/api/requests/state-changes.test.ts';
const late = 'test/registry/uploads/late-messages.test.ts';
const uploadedObjects = 'test/registry/uploads/uploaded-objects.test.ts';
const share = 'test/registry/uploads/organization-share.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'what is uploaded is reserved without room for it',
    file: 'src/registry/uploads/uploaded-objects.ts',
    search: "sql`${uploads.status} = 'open'`, hasRoom",
    replace: "sql`${uploads.status} = 'open'`, sql`true or ${hasRoom}`",
    tests: [uploadedObjects],
  },
  {
    name: 'what has no room stays in the store',
    file: 'src/registry/uploads/uploaded-objects.ts',
    search: '[...unused, ...surplus].map',
    replace: '[...unused].map',
    tests: [uploadedObjects],
  },
  {
    name: 'what is uploaded after the verdict stays in the store',
    file: 'src/registry/uploads/uploaded-objects.ts',
    search: '[...unused, ...surplus].map',
    replace: '[...surplus].map',
    tests: [uploadedObjects],
  },
  {
    name: 'the queue works on any number of uploads of an organization',
    file: 'src/registry/uploads/waiting-uploads.ts',
    search: ') < ${uploadLimits.perOrganizationAtOnce}`;',
    replace: ') < 1000`;',
    tests: [share],
  },
  {
    name: 'an upload that waits is not sent when another one ends',
    file: 'src/pipeline.ts',
    search: '    await sendWaitingUpload(deps, claim.upload.organizationId);\n',
    replace: '',
    tests: [share],
  },
  {
    name: 'an upload that failed is sent when another one ends',
    file: 'src/registry/uploads/waiting-uploads.ts',
    search: '        eq(uploads.attempts, 0),\n',
    replace: '',
    tests: [share],
  },
  {
    name: 'the sweep sends the oldest uploads of any organization',
    file: 'src/registry/uploads/waiting-uploads.ts',
    search: 'perOrganization: uploadLimits.perOrganizationAtOnce',
    replace: 'perOrganization: 1000',
    tests: [share],
  },
  {
    name: 'a worker that lost its lease ends the upload of another',
    file: 'src/registry/uploads/uploads.ts',
    search: "return and(lease.isHeld, eq(uploads.status, 'confirming'));",
    replace: "return and(sql`${uploads.id} = ${lease.id}`, eq(uploads.status, 'confirming'));",
    tests: [twoUploads],
  },
  {
    name: 'the lease of an upload is not renewed between files',
    file: 'src/registry/uploads/uploads.ts',
    search: 'db.update(uploads).set({ leaseUntil }).where(holdsLease(claim));',
    replace: 'db.update(uploads).set({ leaseUntil }).where(sql`false`);',
    tests: [twoUploads],
  },
  {
    name: 'the lease of an install is not renewed while it waits',
    file: 'src/registry/uploads/uploads.ts',
    search: 'return keepLease(deps, claim.lease, leases.upload, work);',
    replace: 'return work();',
    tests: [twoUploads, twoInstalls],
  },
  {
    name: 'the queue claims an upload that was not confirmed',
    file: 'src/registry/uploads/uploads.ts',
    search: "return scope === 'any' ? isAbandoned : or(eq(uploads.status, 'open'), isAbandoned);",
    replace: "return or(eq(uploads.status, 'open'), isAbandoned);",
    tests: [late],
  },
  {
    name: 'an organization confirms the upload of another',
    file: 'src/registry/uploads/uploads.ts',
    search: 'eq(uploads.organizationId, scope.organizationId), ownerNotDeleted',
    replace: 'ownerNotDeleted',
    tests: ['test/api/access/authorization.test.ts', 'test/api/uploads/confirm.test.ts'],
  },
  {
    name: 'uploads of a deleted namespace are published',
    file: 'src/registry/uploads/uploads.ts',
    search: "if (scope === 'any') return ownerNotDeleted;",
    replace: "if (scope === 'any') return undefined;",
    tests: [twoUploads],
  },
  {
    name: 'the deadline of a request does not end its work',
    file: 'src/registry/uploads/uploads.ts',
    search: 'if (now >= deadline) throw new OutOfTime();',
    replace: '',
    tests: [races],
  },
  {
    name: 'an upload expires while its URL is valid',
    file: 'src/registry/uploads/uploads.ts',
    search: 'lt(uploads.expiresAt, now - uploadLimits.confirmableMs)',
    replace: 'lt(uploads.expiresAt, now)',
    tests: [expiry],
  },
  {
    name: 'an upload attempt that was reopened counts',
    file: 'src/registry/uploads/uploads.ts',
    search: "        status: 'open',\n        attempts: claim.upload.attempts - 1,",
    replace: "        status: 'open',",
    tests: ['test/api/uploads/confirm.test.ts', races],
  },
  {
    name: 'a worker that lost its lease deletes the uploaded object and reports its own result',
    file: 'src/registry/uploads/outcomes.ts',
    search: 'if (!rejected) return readOutcome(deps, upload);',
    replace: "if (!rejected) return { status: 'rejected', reason, upload, findings };",
    tests: [twoUploads],
  },
  {
    name: 'a worker that lost its lease publishes',
    file: 'src/registry/uploads/outcomes.ts',
    search: '        holdsLease(claim),\n        sql`not exists (select 1 from ${pluginVersions}',
    replace: '        eq(uploads.id, upload.id),\n        sql`not exists (select 1 from ${pluginVersions}',
    tests: [twoUploads],
  },
  {
    name: 'a version number is published twice',
    file: 'src/registry/uploads/outcomes.ts',
    search: 'sql`not exists (select 1 from ${pluginVersions} where ${matchesVersion(versionKey(upload))})`,',
    replace: '',
    tests: [orphans, 'test/api/uploads/confirm.test.ts', races],
  },
  {
    name: 'an upload relies on an archive that was released',
    file: 'src/registry/uploads/outcomes.ts',
    search: 'notReleasedSince(content.sha256, upload.updatedAt),',
    replace: '',
    tests: [release, orphans],
  },
  {
    name: 'an upload is accepted by a level or a waiver that no longer holds',
    file: 'src/registry/uploads/outcomes.ts',
    search: '        content.guard.holds,\n',
    replace: '',
    tests: ['test/api/organization/waivers.test.ts', 'test/api/organization/scan-policy.test.ts'],
  },
  {
    name: 'a lower version becomes the active one',
    file: 'src/registry/uploads/outcomes.ts',
    search: 'condition: and(accepted, isHigherThanActive(upload))',
    replace: 'condition: accepted',
    tests: [
      'test/registry/versions/active-version.test.ts',
      'test/deploy/pointers.test.ts',
      'test/api/versions/versions.test.ts',
    ],
  },
  {
    name: 'a rejection writes no event',
    file: 'src/registry/uploads/outcomes.ts',
    search:
      "record(deps, { ...eventOf(upload), type: 'upload.rejected', subjectId: upload.id, data }, previousChanged),",
    replace: '',
    tests: [changes, installing],
  },
  {
    name: 'the archive of a version that was just deleted is deleted with it',
    file: 'src/registry/storage/orphaned-objects.ts',
    search: '(${pluginVersions.deletedAt} is null or ${pluginVersions.archiveReleasedAt} is null)',
    replace: '(${pluginVersions.deletedAt} is null)',
    tests: [orphans],
  },
  {
    name: 'archives of versions are deleted as orphans',
    file: 'src/registry/storage/orphaned-objects.ts',
    search: 'where not ${isReferenced(sql`candidate.value`)} on conflict',
    replace: 'where true on conflict',
    tests: [orphans],
  },
  {
    name: 'findings of an upload are deleted as orphans',
    file: 'src/registry/storage/orphaned-objects.ts',
    search: 'owners.filter(({ id }) => !referenced.has(id))',
    replace: 'owners',
    tests: [orphans],
  },
  {
    name: 'an archive that another version shares is released',
    file: 'src/registry/storage/archives.ts',
    search: 'and(eq(pluginVersions.id, id), sql`not ${isShared}`)',
    replace: 'eq(pluginVersions.id, id)',
    tests: [release, expiry],
  },
  {
    name: 'the archive of a deleted version is released at once',
    file: 'src/registry/storage/archives.ts',
    search: 'lt(pluginVersions.deletedAt, now - retention.deletedContentMs)',
    replace: 'lt(pluginVersions.deletedAt, now)',
    tests: [release],
  },
  {
    name: 'an object with another ETag is published',
    file: 'src/registry/storage/archives.ts',
    search: 'if (upload.expectedEtag !== null && upload.expectedEtag !== object.etag) {',
    replace: 'if (upload.expectedEtag === "") {',
    tests: [races, 'test/api/uploads/confirm.test.ts'],
  },
  {
    name: 'a redirect to a private address is followed',
    file: 'src/registry/agents/artifact.ts',
    search: 'const target = parseExternalUrl(from, deps);',
    replace: "const target = hop === 0 ? parseExternalUrl(from, deps) : { url: new URL(from), refused: '' };",
    tests: [artifacts],
  },
  {
    name: 'an artifact may come from this machine',
    file: 'src/registry/agents/artifact.ts',
    search: 'const target = parseExternalUrl(from, deps);',
    replace: 'const target = parseExternalUrl(from, { ...deps, allowLoopback: true });',
    tests: [artifacts],
  },
  {
    name: 'an artifact may redirect for ever',
    file: 'src/registry/agents/artifact.ts',
    search: 'hop <= artifactFetch.redirectsMax',
    replace: 'hop <= 1 + artifactFetch.redirectsMax',
    tests: [artifacts],
  },
  {
    name: 'an artifact with another checksum is verified',
    file: 'src/registry/agents/artifact.ts',
    search: 'if (fetched.sha256 === checksum) return',
    replace: 'return',
    tests: [artifacts],
  },
  {
    name: 'a worker that lost its lease stores its outcome of a fetch',
    file: 'src/registry/agents/verification.ts',
    search: '.where(lease.isHeld),',
    replace: '.where(eq(agentArtifacts.id, artifact.id)),',
    tests: [twoArtifacts],
  },
  {
    name: 'two workers fetch one artifact',
    file: 'src/registry/agents/verification.ts',
    search: 'return and(lte(agentArtifacts.nextCheckAt, now), isUnleased(agentArtifacts, now));',
    replace: 'return lte(agentArtifacts.nextCheckAt, now);',
    tests: [twoArtifacts, artifacts],
  },
  {
    name: 'an artifact that ends its worker is fetched for ever',
    file: 'src/registry/agents/verification.ts',
    search: 'artifact.attempts > leases.artifact.attemptsMax',
    replace: 'artifact.attempts > 1000',
    tests: [artifacts],
  },
  {
    name: 'the copy of an artifact is deleted while a version has it',
    file: 'src/registry/agents/artifact-copies.ts',
    search: 'sql`not ${isNeeded(sql`${agentArtifacts.checksum}`, now)}`,',
    replace: '',
    tests: [artifacts],
  },
  {
    name: 'two installs of one name are opened',
    file: 'src/registry/go/installs.ts',
    search: 'and(not(isInstalled(named)), not(isInstalling(named, null)))',
    replace: 'not(isInstalled(named))',
    tests: [twoInstalls, 'test/cli/find/install.test.ts'],
  },
];
