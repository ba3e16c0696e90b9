// Mutations of src/cli: what protects the user: digests, the key's file, confirmation, exit codes, and what `slipway test` lets pass.
import type { Mutation } from './mutation.ts';

const pull = 'test/cli/publish/pull.test.ts';
const login = 'test/cli/set-up/login.test.ts';
const listen = 'test/cli/manage/listen.test.ts';
const confirmation = 'test/cli/confirmation.test.ts';
const follow = 'test/cli/run/follow.test.ts';
const doctor = 'test/cli/set-up/doctor.test.ts';
const machine = 'test/cli/set-up/doctor-machine.test.ts';
const settings = 'test/cli/set-up/settings.test.ts';
const secrets = 'test/cli/manage/secrets.test.ts';
const ownTests = 'test/cli/develop/own-tests.test.ts';
const testCommand = 'test/cli/develop/test.test.ts';
const dryRun = 'test/cli/publish/dry-run.test.ts';

export const mutations: Mutation[] = [
  {
    name: 'an export repeats events after a cut',
    file: 'src/client/event-export.ts',
    search: 'skip: query.skip + 1',
    replace: 'skip: query.skip',
    tests: ['test/cli/manage/events.test.ts'],
  },
  {
    name: 'an archive of another digest is unpacked',
    file: 'src/cli/plugins/pull-version.ts',
    search: 'if (sha256 !== download.code_hash)',
    replace: "if (sha256 === '')",
    tests: [pull],
  },
  {
    name: 'pull writes over the files of a folder',
    file: 'src/cli/plugins/pull-version.ts',
    search: 'if (!force && existsSync(folder)',
    replace: 'if (force && existsSync(folder)',
    tests: [pull],
  },
  {
    name: 'pull unpacks the body of an error',
    file: 'src/cli/plugins/pull-version.ts',
    search: 'if (!response.ok)',
    replace: 'if (response.status === 0)',
    tests: [pull],
  },
  {
    name: 'the file of the key is readable by others',
    file: 'src/cli/connection/login.ts',
    search: '{ mode: 0o600 }',
    replace: '{ mode: 0o644 }',
    tests: [login],
  },
  {
    name: 'the folder of the key is readable by others',
    file: 'src/cli/connection/login.ts',
    search: 'mode: 0o700',
    replace: 'mode: 0o755',
    tests: [login],
  },
  {
    name: 'a key is stored before the server accepted it',
    file: 'src/cli/connection/login.ts',
    search: `  await client.post('/v1/namespaces/list', { query: { limit: 1 }, signal, idempotencyKey: false });
`,
    replace: `  void client.post('/v1/namespaces/list', { query: { limit: 1 }, signal, idempotencyKey: false }).catch(() => {});
`,
    tests: [login],
  },
  {
    name: 'another credential is stored as a key',
    file: 'src/cli/connection/login.ts',
    search: "if (!apiKey?.startsWith('sk_'))",
    replace: 'if (apiKey === undefined)',
    tests: [login],
  },
  {
    name: 'a forged delivery is accepted',
    file: 'src/cli/webhooks/listen.ts',
    search: 'verified ? 204 : 401',
    replace: '204',
    tests: [listen],
  },
  {
    name: 'a forged delivery is shown as verified',
    file: 'src/cli/webhooks/listen.ts',
    search: 'if (error instanceof WebhookVerificationError) return false;',
    replace: 'if (error instanceof WebhookVerificationError) return true;',
    tests: [listen],
  },
  {
    name: 'a delivery of any size is read',
    file: 'src/cli/webhooks/listen.ts',
    search: '?? 0) > bodyBytesMax',
    replace: '?? 0) > Number.MAX_VALUE',
    tests: [listen],
  },
  {
    name: 'the temporary endpoint stays on the server',
    file: 'src/cli/webhooks/listen.ts',
    search: `    await client.delete('/v1/webhooks/{endpoint_id}', { path: { endpoint_id: endpoint.endpoint_id } });
`,
    replace: '',
    tests: [listen],
  },
  {
    name: 'rollback never asks',
    file: 'src/cli/plugins/roll-back.ts',
    search: '  await requireConfirmation(',
    replace: '  if (yes) await requireConfirmation(',
    tests: [confirmation],
  },
  {
    name: 'rollback --dry-run rolls back',
    file: 'src/cli/plugins/roll-back.ts',
    search: 'if (dryRun) return {',
    replace: 'if (dryRun && !yes) return {',
    tests: [dryRun],
  },
  {
    name: 'rollback of a Go plugin never asks',
    file: 'src/cli/go-plugins/roll-back.ts',
    search: '  await requireConfirmation(',
    replace: '  if (yes) await requireConfirmation(',
    tests: [confirmation],
  },
  {
    name: 'delete --dry-run deletes',
    file: 'src/cli/commands/publish/delete.ts',
    search: `    if (options.dryRun)
`,
    replace: `    if (options.dryRun && names.length === 0)
`,
    tests: [dryRun],
  },
  {
    name: 'deploy --dry-run deploys',
    file: 'src/cli/commands/run/deploy.ts',
    search: 'if (options.dryRun) {',
    replace: "if (options.dryRun && ref === '') {",
    tests: [dryRun],
  },
  {
    name: 'publish --dry-run publishes',
    file: 'src/cli/publish/publish-folder.ts',
    search: 'if (options.dryRun) return dryRunFolder',
    replace: 'if (options.dryRun && options.org) return dryRunFolder',
    tests: ['test/cli/interruption.test.ts'],
  },
  {
    name: 'publish --dry-run does not install the packages',
    file: 'src/cli/publish/dry-run.ts',
    search: 'if (requirementsOf(manifest).length === 0) return none;',
    replace: 'if (requirementsOf(manifest).length >= 0) return none;',
    tests: ['test/cli/publish/dry-run-packages.test.ts'],
  },
  {
    name: 'any answer with a y confirms',
    file: 'src/cli/terminal/confirmation.ts',
    search: '/^y(es)?$/i',
    replace: '/y/i',
    tests: [confirmation],
  },
  {
    name: 'without a terminal nothing has to be confirmed',
    file: 'src/cli/terminal/confirmation.ts',
    search: '  if (yes) return;',
    replace: '  if (yes || !isInteractive()) return;',
    tests: [confirmation],
  },
  {
    name: 'a namespace is deleted without its name',
    file: 'src/cli/commands/namespaces/namespaces.ts',
    search: 'if (confirmed !== name)',
    replace: "if (confirmed === '')",
    tests: [confirmation],
  },
  {
    name: 'a superseded deployment ends with exit code 0',
    file: 'src/cli/deployments/follow.ts',
    search: "if (status === 'promoted' || status === 'stopped')",
    replace: "if (status === 'promoted' || status === 'stopped' || status === 'superseded')",
    tests: [follow],
  },
  {
    name: 'a deployment is followed for one stream only',
    file: 'src/cli/deployments/follow.ts',
    search: 'if (finalStatuses.has(deployment.status) || timeout.aborted) return deployment;',
    replace: 'return deployment;',
    tests: [follow],
  },
  {
    name: 'a lost connection is not explained',
    file: 'src/cli/deployments/follow.ts',
    search: 'throw explainEnd(error, deploymentId);',
    replace: 'throw error;',
    tests: [follow],
  },
  {
    name: 'a deployment that is followed on begins again',
    file: 'src/cli/deployments/follow.ts',
    search: 'lastEventId = event.id ?? lastEventId;',
    replace: '',
    tests: [follow],
  },
  {
    name: 'a cancelled deployment is reported as in progress',
    file: 'src/cli/deployments/follow.ts',
    search: `  'cancelled',
`,
    replace: '',
    tests: [follow],
  },
  {
    name: 'a failed deployment shows other lines of its log',
    file: 'src/cli/deployments/follow.ts',
    search: 'slice(-logTailLines)',
    replace: 'slice(0, logTailLines)',
    tests: [follow],
  },
  {
    name: "a local server's key goes to any server",
    file: 'src/cli/connection/settings.ts',
    search: 'isSameServer(baseUrl.value, local.value.url)',
    replace: "local.value.url !== ''",
    tests: [settings],
  },
  {
    name: 'a state in a folder from elsewhere leads to another machine',
    file: 'src/cli/connection/settings.ts',
    search: 'if (local && isLoopback(local.value.url)) return local;',
    replace: 'if (local) return local;',
    tests: [settings],
  },
  {
    name: 'an invalid config file selects another server',
    file: 'src/cli/connection/settings.ts',
    search: "    throw new Failure('failed', `",
    replace: `    if (text !== '') return undefined;
    throw new Failure('failed', \``,
    tests: [settings],
  },
  {
    name: 'config list prints the key',
    file: 'src/cli/commands/set-up/config.ts',
    search: "apiKey && '(set)'",
    replace: 'apiKey?.value',
    tests: [settings],
  },
  {
    name: 'a key that no header can carry is sent',
    file: 'src/cli/connection/connect.ts',
    search: `  checkCredential(credential);
`,
    replace: '',
    tests: [secrets],
  },
  {
    name: 'a control character reaches the terminal',
    file: 'src/cli/terminal/terminal-text.ts',
    search: 'text.replace(unsafeAll, escapeSequence)',
    replace: 'text',
    tests: ['test/cli/lint/files.test.ts'],
  },
  {
    name: 'a rejected key has the exit code of any failure',
    file: 'src/cli/failures/failure.ts',
    search: `  [401, 'denied'],
`,
    replace: '',
    tests: [login],
  },
  {
    name: 'a plugin with an error in a check passes',
    file: 'src/cli/test/test-plugin.ts',
    search: "all.some(({ status }) => status === 'failed') ? 'failed' : 'done'",
    replace: "'done'",
    tests: [testCommand],
  },
  {
    name: 'tests that did not run pass',
    file: 'src/cli/test/tryout.ts',
    search: 'if (problem !== null) return',
    replace: "if (problem === '') return",
    tests: [ownTests],
  },
  {
    name: 'tests that were all skipped pass',
    file: 'src/cli/test/tryout.ts',
    search: 'if (right > 0) return passed',
    replace: 'if (right + left > 0) return passed',
    tests: [ownTests],
  },
  {
    name: 'a result without untested checks is not distinguished',
    file: 'src/cli/test/test-plugin.ts',
    search: "status === 'skipped').map",
    replace: "status === 'warning').map",
    tests: [ownTests],
  },
  {
    name: 'a problem of a schema passes',
    file: 'src/cli/test/schemas.ts',
    search: 'if (first !== undefined) return failed',
    replace: "if (first === '') return failed",
    tests: [testCommand],
  },
  {
    name: 'an example with another answer passes',
    file: 'src/cli/test/realtime.ts',
    search: 'if (problem !== undefined) return failed',
    replace: "if (problem === '') return failed",
    tests: [testCommand],
  },
  {
    name: "pytest's exit code is ignored",
    file: 'builder/host-python/slipway_tryout/own_tests.py',
    search: 'None if counts.failed or exit_code == expected else',
    replace: 'None if True else',
    tests: [ownTests],
  },
  {
    name: 'a run that ended early passes',
    file: 'builder/host-python/slipway_tryout/own_tests.py',
    search: `    if left > 0:
`,
    replace: `    if left < 0:
`,
    tests: [ownTests],
  },
  {
    name: 'a missing module of the plugin leaves its schemas untested',
    file: 'builder/host-python/slipway_tryout/schemas.py',
    search: 'not (error.name or "").startswith(f"{package}.")',
    replace: 'True',
    tests: [testCommand],
  },
  {
    name: 'doctor accepts a clock that breaks presigned URLs',
    file: 'src/cli/doctor/server.ts',
    search: 'const skewMaxMs = 60_000;',
    replace: 'const skewMaxMs = 600_000;',
    tests: [doctor],
  },
  {
    name: 'doctor accepts a clock that is behind',
    file: 'src/cli/doctor/server.ts',
    search: 'Math.abs(skewMs) > skewMaxMs',
    replace: 'skewMs > skewMaxMs',
    tests: [doctor],
  },
  {
    name: 'doctor takes any program for the builder',
    file: 'src/cli/doctor/server.ts',
    search: 'if (answer.success) {',
    replace: 'if (response !== undefined) {',
    tests: [doctor],
  },
  {
    name: 'doctor sends a key that no header can carry',
    file: 'src/cli/doctor/server.ts',
    search: `  if (problem !== undefined)
`,
    replace: `  if (problem === '')
`,
    tests: [doctor],
  },
  {
    name: 'doctor accepts an old Node',
    file: 'src/cli/doctor/diagnose.ts',
    search: 'major >= nodeMinimum',
    replace: 'major > 0',
    tests: [machine],
  },
  {
    name: 'doctor hides that Go is missing',
    file: 'src/cli/doctor/diagnose.ts',
    search: `'reason' in go
      ? lacking('go', firstSentence(go.reason),`,
    replace: `'reason' in go
      ? lacking('go', '',`,
    tests: [machine],
  },
  {
    name: 'doctor ends with exit code 0 whatever is wrong',
    file: 'src/cli/commands/set-up/doctor.ts',
    search: "status === 'wrong'",
    replace: "status === 'lacking'",
    tests: [doctor],
  },
];
