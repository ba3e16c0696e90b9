// Mutations of src/pipeline.ts, src/kinds, src/scan-host, src/sweep.ts and src/worker.ts: what the scan decides, who evaluates a
// version again, what the clock does, and what becomes of a queue's message.
import type { Mutation } from './mutation.ts';

const installing = 'test/deploy/install/install.test.ts';
const queues = 'test/worker/queues.test.ts';
const sweeping = 'test/worker/sweep.test.ts';
const preview = 'test/api/organization/policy-preview.test.ts';
const rescans = 'test/scan-host/rescan.test.ts';
const twoRescans = 'test/scan-host/two-workers.test.ts';
const expiry = 'test/registry/uploads/upload-expiry.test.ts';
const findings = 'test/scan-host/file-findings.test.ts';

function withoutSweep(name: string, what: string, tests: string[] = [sweeping]): Mutation {
  return {
    name: `the sweep does not ${what}`,
    file: 'src/sweep.ts',
    search: `  ${name},\n`,
    replace: '',
    tests,
  };
}

export const mutations: Mutation[] = [
  {
    name: 'a plugin that the scan rejects is stored, built and published',
    file: 'src/pipeline/publish-steps.ts',
    search: " || evaluation.verdict === 'reject')",
    replace: ')',
    tests: [installing, 'test/api/uploads/confirm.test.ts'],
  },
  {
    name: 'a Go plugin is published whatever its modules reach',
    file: 'src/pipeline/publish-steps.ts',
    search: "  if (evaluation.verdict === 'reject') return rejectedFor(stored, evaluation);\n",
    replace: '',
    tests: ['test/deploy/install/capabilities.test.ts'],
  },
  {
    name: 'a version whose modules start programs can be deployed after its waiver ended',
    file: 'src/scan-host/capability-rules.ts',
    search: "json_insert(${rules}, '$[#]', ${errorRule})",
    replace: '${rules}',
    tests: ['test/api/go-plugins/go-capabilities.test.ts'],
  },
  {
    name: 'a plugin whose manifest has problems is published',
    file: 'src/pipeline/publish-steps.ts',
    search: '!zip || problems.length > 0 || ',
    replace: '!zip || ',
    tests: ['test/api/uploads/confirm.test.ts', 'test/api/uploads/archives.test.ts'],
  },
  {
    name: 'a version is published before its archive is stored',
    file: 'src/pipeline/publish-steps.ts',
    search: '  await storeArchive(deps, scanned.zip, scanned.archive.files);\n',
    replace: '',
    tests: [installing, 'test/api/versions/version-content.test.ts'],
  },
  {
    name: 'a build failure is published',
    file: 'src/pipeline/publish-steps.ts',
    search: "if (built.state === 'rejected') return built;",
    replace: "if (built.state === 'rejected') return { ...stored, state: 'built', output: null, capabilities: null };",
    tests: [installing],
  },
  {
    name: 'an upload is attempted for ever',
    file: 'src/pipeline/publish-steps.ts',
    search: 'if (upload.attempts > leases.upload.attemptsMax)',
    replace: 'if (upload.attempts > 1000)',
    tests: ['test/registry/uploads/two-workers.test.ts', queues],
  },
  {
    name: 'a deployment starts again from its first step',
    file: 'src/pipeline.ts',
    search: 'deploymentSteps.slice(stepsDone(deployment.status))',
    replace: 'deploymentSteps',
    tests: ['test/deploy/advance.test.ts', 'test/deploy/two-workers.test.ts'],
  },
  {
    name: 'a scan that fails to run reopens the upload in the queue',
    file: 'src/kinds/extractor.ts',
    search: 'if (inline || error instanceof Problem) await reopenUpload(deps, claim);',
    replace: 'if (inline || error instanceof Error) await reopenUpload(deps, claim);',
    tests: ['test/registry/uploads/late-messages.test.ts'],
  },
  {
    name: 'an install ends when the builder cannot be reached',
    file: 'src/kinds/git-source.ts',
    search: 'if (!(error instanceof Problem) || error.status >= 500) {',
    replace: 'if (!(error instanceof Error)) {',
    tests: [installing],
  },
  {
    name: 'the installed commit is installed again as a new version',
    file: 'src/kinds/go-plugin.ts',
    search: 'if (isSame((await installedVersion(deps, named))?.source, source)) {',
    replace: 'if (source.commit === null) {',
    tests: [installing],
  },
  {
    name: 'a Go plugin is deployed without its executable',
    file: 'src/kinds/go-plugin.ts',
    search: 'if (sha256 === undefined || !(await blobs.head(key(sha256))))',
    replace: 'if (sha256 === undefined)',
    tests: ['test/deploy/advance.test.ts'],
  },
  {
    name: 'the examples of an extractor are not called before it serves',
    file: 'src/kinds/extractor.ts',
    search: '    await verifyExamples(deps, id, version);\n',
    replace: '',
    tests: ['test/deploy/advance.test.ts'],
  },
  {
    name: 'a scan that could not run counts as clean',
    file: 'src/scan-host/rescans.ts',
    search: "const findings = [finding('SLP603', { file: '' }, '', { detail })];",
    replace: "const findings = [finding('SLP603', { file: '' }, '', { detail })].slice(1);",
    tests: [rescans],
  },
  {
    name: 'a worker that lost its lease postpones the version',
    file: 'src/scan-host/rescans.ts',
    search: 'leases.rescan.leaseMs * 2 ** (claimed.evaluationAttempts - 1) })\n    .where(holdsLease(claimed));',
    replace:
      'leases.rescan.leaseMs * 2 ** (claimed.evaluationAttempts - 1) })\n    .where(eq(pluginVersions.id, claimed.id));',
    tests: [twoRescans],
  },
  {
    name: 'the lease of a rescan is not renewed',
    file: 'src/scan-host/rescans.ts',
    search: '.set({ evaluationLeaseUntil })',
    replace: '.set({ updatedAt: clock.now() })',
    tests: [twoRescans],
  },
  {
    name: 'a rescan that failed is attempted again at once',
    file: 'src/scan-host/rescan.ts',
    search: '    await postponeRescan(deps, version);\n',
    replace: '    await postponeRescan({ ...deps, clock: { now: () => 0 } }, version);\n',
    tests: [rescans],
  },
  {
    name: 'findings of another policy are reused',
    file: 'src/scan-host/cached-findings.ts',
    search: 'a.policyVersion === b.policyVersion && ',
    replace: '',
    tests: [findings, rescans],
  },
  {
    name: 'findings of another level are reused',
    file: 'src/scan-host/cached-findings.ts',
    search: ' && a.level === b.level',
    replace: '',
    tests: [findings],
  },
  {
    name: 'a verdict is stored for a level that the organization no longer has',
    file: 'src/scan-host/rescans.ts',
    search: 'sql`exists (select 1 from ${scans} where ${isScanned})`,',
    replace: '',
    tests: [rescans],
  },
  {
    name: 'a message that fails is acknowledged',
    file: 'src/worker.ts',
    search: '        message.retry({',
    replace: '        message.ack();\n        void ({',
    tests: [queues],
  },
  {
    name: 'one failing message retries its neighbors',
    file: 'src/worker.ts',
    search: '        message.retry({',
    replace: '        batch.retryAll({',
    tests: [queues],
  },
  {
    name: 'a malformed message is retried',
    file: 'src/worker.ts',
    search: "else if (!body.success) await recordDeadLetter(deps, batch.queue, message, 'malformed');",
    replace: "else if (!body.success) throw new Error('malformed');",
    tests: [queues],
  },
  {
    name: 'a message of a dead-letter queue is worked on again',
    file: 'src/worker.ts',
    search: "if (batch.queue.endsWith('-dead')) await",
    replace: "if (batch.queue.endsWith('-buried')) await",
    tests: [queues],
  },
  {
    name: 'a dead letter leaves its deployment in progress',
    file: 'src/worker.ts',
    search: "if (message?.type === 'advance-deployment') await abandonDeployment(deps, message.id);",
    replace: '',
    tests: [queues],
  },
  {
    name: 'a deployment is retried after the delay of its message',
    file: 'src/worker.ts',
    search: 'cause instanceof RetryLater ? cause.delaySeconds : backoffSeconds(message.attempts)',
    replace: 'backoffSeconds(message.attempts)',
    tests: [queues],
  },
  {
    name: 'messages are lost while a setting is missing',
    file: 'src/worker.ts',
    search: 'if (!deps) return batch.retryAll({ delaySeconds: deploymentLimits.backoffMaxSeconds });',
    replace: 'if (!deps) return batch.ackAll();',
    tests: [queues],
  },
  {
    name: 'the queue announces no events',
    file: 'src/worker.ts',
    search: '    deps.defer(announceEvents(deps));\n',
    replace: '',
    tests: [queues],
  },
  {
    name: 'a sweep that fails stops those after it',
    file: 'src/sweep.ts',
    search: "await run(deps).catch((cause: unknown) => deps.log.error('sweep.failed', { sweep: run.name, cause }));",
    replace: 'await run(deps);',
    tests: [sweeping],
  },
  withoutSweep('sweepOutbox', 'send messages of the outbox again'),
  withoutSweep('sweepUploads', 'expire uploads', [expiry]),
  withoutSweep('sweepWaivers', 'expire waivers'),
  withoutSweep('sweepRescans', 'send rescans again'),
  withoutSweep('sweepDeployments', 'send deployments again'),
  withoutSweep('sweepInstalled', 'complete interrupted installs'),
  withoutSweep('emptyDeletedNamespaces', 'empty deleted namespaces'),
  withoutSweep('sweepArchives', 'release archives', [expiry]),
  withoutSweep('sweepIdempotencyKeys', 'delete stored responses'),
  withoutSweep('sweepInstanceLogs', 'delete logs of instances'),
  withoutSweep('sweepAgentArtifacts', 'verify artifacts again'),
  withoutSweep('sweepAgentCopies', 'release copies of artifacts'),
  {
    name: 'a preview of the scan policy ignores waivers',
    file: 'src/scan-host/preview.ts',
    search: 'known.waivers.filter(({ plugin }) => plugins.includes(plugin)),',
    replace: '[],',
    tests: [preview],
  },
  {
    name: 'a preview of the scan policy scans for any time',
    file: 'src/scan-host/preview.ts',
    search: 'if (deps.clock.now() > deadline) throw new OutOfTime();',
    replace: '',
    tests: [preview],
  },
  {
    name: 'a preview of the scan policy takes the scans of another level',
    file: 'src/scan-host/preview.ts',
    search: ' && scan.level === level,',
    replace: ',',
    tests: [preview],
  },
];
