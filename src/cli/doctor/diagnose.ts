// Implements `slipway doctor`: checks this machine's programs, then the server, the API key, the namespace and the builder.
import { findGo } from '../../../builder/server/builds/go.ts';
import { findPython } from '../../../builder/server/python/python.ts';
import { findGit } from '../../../builder/server/sources/git.ts';
import { type ConnectionFlags, type Environment, resolveSettings } from '../connection/settings.ts';
import { version } from '../version.ts';
import { type Finding, lacking, right, wrong } from './finding.ts';
import { checkServer } from './server.ts';

const nodeMinimum = 20;

export async function diagnose(flags: ConnectionFlags, environment: Environment): Promise<Finding[]> {
  const [python, go, git, server] = await Promise.all([
    findPython(environment.PYTHON),
    findGo(),
    findGit(),
    checkServer(resolveSettings(flags, environment), environment),
  ]);
  return [
    checkNode(process.versions.node),
    typeof python === 'string'
      ? lacking('python', python, 'install Python to use `slipway test`')
      : right('python', python.version),
    'reason' in go
      ? lacking('go', firstSentence(go.reason), 'install Go 1.24 or newer to test Go plugins')
      : right('go', go.version),
    'reason' in git
      ? lacking('git', firstSentence(git.reason), 'install Git to run a local builder')
      : right('git', 'installed'),
    ...server,
  ];
}

export function checkNode(nodeVersion: string): Finding {
  const major = Number(nodeVersion.split('.')[0]);
  const found = `${nodeVersion}, slipway ${version}`;
  return major >= nodeMinimum ? right('node', found) : wrong('node', found, `install Node ${nodeMinimum} or later`);
}

/** Drops the builder's advice because the fix says what to do on this machine. */
function firstSentence(text: string): string {
  return text.split('. ')[0] ?? text;
}
