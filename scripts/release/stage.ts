// Stages a release's package on npm, where a maintainer approves it (docs/releasing.md). Does nothing if this version is already
// published or staged, so that a workflow that stopped between two packages can be rerun.
import { readCommandLine } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';
import { runCommand } from '../testing/command.ts';

const usage = `node scripts/release/stage.ts NAME@VERSION FILE

Stages a package on npm, unless its version is published or staged.

  NAME@VERSION   such as @slipway-registry/cli@0.1.0
  FILE           the packed package

Environment:
  NODE_AUTH_TOKEN   a token, where no trusted publisher is set up`;

/** npm's errors if the registry already has this version. Published and staged versions share one list. */
const versionExists = /\bE(?:409|PUBLISHCONFLICT)\b|cannot publish over/i;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [2, 2] });
const [name = '', file = ''] = positionals;

if ((await runCommand('npm', ['view', name, 'version'])).exitCode === 0) {
  print(`${name} is already published.`);
} else {
  const { exitCode, output } = await runCommand('npm', ['stage', 'publish', file]);
  if (exitCode === 0) print(`${name} is staged. Approve it on npmjs.com, or with \`npm stage approve\`.`);
  else if (versionExists.test(output)) print(`${name} is already staged. Approve it on npmjs.com.`);
  else {
    process.stderr.write(`${output}\n`);
    process.exitCode = exitCode;
  }
}
