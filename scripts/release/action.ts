// Runs the GitHub action's script as a runner does: in a checkout, with the inputs as variables and an otherwise empty environment.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Local } from '../local/organization.ts';
import { withServer } from './server.ts';
import { commandOutput, expectThat, type Place, type Ran, refused, run, type Trial, writeFiles } from './trial.ts';

const script = resolve('integrations/github-action/run.sh');

export const action: Trial[] = [
  {
    name: "the GitHub action's script",
    run: (place) => withServer((local) => tryAction(place, local)),
  },
];

function tryAction(place: Place, local: Local): string {
  const checkout = join(place.folder, 'checkout');
  writeFiles(checkout, { 'slipway-cli.tgz': '', 'refused/manifest.py': refused.source });
  commandOutput('cp', [place.tarball, 'slipway-cli.tgz'], { cwd: checkout });
  commandOutput('npm', ['exec', '--yes', '--package', place.tarball, '--', 'slipway', 'init', 'a_plugin'], {
    cwd: checkout,
  });
  const step = (inputs: NodeJS.ProcessEnv) => runStep(place, checkout, inputs);

  const rejected = step({ PLUGIN: 'refused' });
  expectThat(rejected.status === 3, 'a rejected plugin', rejected);
  const annotation = new RegExp(`^::error file=refused/manifest.py,line=3,.*${refused.rule}`, 'm');
  expectThat(annotation.test(rejected.stdout), 'the annotation', rejected);
  const sarif = readFileSync(join(checkout, 'slipway.sarif'), 'utf8');
  expectThat(sarif.includes(`"ruleId": "${refused.rule}"`), `SARIF: ${sarif}`, rejected);

  const clean = step({ PLUGIN: 'a_plugin' });
  expectThat(clean.status === 0 && clean.stdout === '', 'a clean plugin', clean);
  const wrong = step({ PLUGIN: 'a_plugin', PUBLISH: 'yes' });
  expectThat(wrong.status === 2, "an input that isn't one of the choices", wrong);

  const server = { SLIPWAY_BASE_URL: local.url, SLIPWAY_API_KEY: local.api_key, SLIPWAY_NAMESPACE: local.namespace_id };
  const asked = step({ ...server, PLUGIN: 'a_plugin', PUBLISH: 'dry-run' });
  expectThat(asked.status === 0, 'a dry run', asked);
  const published = step({ ...server, PLUGIN: 'a_plugin', PUBLISH: 'true', DEPLOY: 'true' });
  expectThat(published.status === 0, 'publishing', published);
  const outputs = readFileSync(join(place.folder, 'outputs'), 'utf8');
  expectThat(outputs.endsWith('version=1.0.0\nplugin-id=a_plugin_1_0_0\n'), `the outputs: ${outputs}`, published);
  const denied = step({ ...server, SLIPWAY_API_KEY: 'unknown', PLUGIN: 'a_plugin', PUBLISH: 'true' });
  expectThat(denied.status === 4 && denied.stdout.includes('"exit": "denied"'), 'an unknown key', denied);
  return 'rejects with annotations and SARIF, accepts, asks, publishes and deploys, and fails with an unknown key';
}

/** Missing inputs get the defaults from action.yml. */
function runStep({ folder }: Place, cwd: string, inputs: NodeJS.ProcessEnv): Ran {
  const defaults = {
    POLICY: 'seed',
    SARIF: 'slipway.sarif',
    PUBLISH: 'false',
    DEPLOY: 'false',
    MESSAGE: 'a $(commit)',
  };
  const runner = { RUNNER_TEMP: folder, GITHUB_OUTPUT: join(folder, 'outputs'), PACKAGE: './slipway-cli.tgz' };
  const absent = { SLIPWAY_BASE_URL: '', SLIPWAY_NAMESPACE: '', SLIPWAY_API_KEY: '' };
  return run('sh', [script], { cwd, env: { ...defaults, ...runner, ...absent, ...inputs } });
}
