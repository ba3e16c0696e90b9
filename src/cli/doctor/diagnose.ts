// Implements `slipway doctor`: checks this machine's programs, then the server, the API key, the namespace and the builder.
import { findPython } from '../../../builder/server/programs/python.ts';
import { type ConnectionFlags, type Environment, resolveSettings } from '../connection/settings.ts';
import { version } from '../version.ts';
import { type Finding, lacking, right, wrong } from './finding.ts';
import { checkGoAndGit } from './programs.ts';
import { checkServer } from './server.ts';

const nodeMinimum = 20;

export async function diagnose(
  flags: ConnectionFlags,
  environment: Environment,
  signal: AbortSignal,
): Promise<Finding[]> {
  const [python, goAndGit, server] = await Promise.all([
    findPython(environment.PYTHON),
    checkGoAndGit(environment, signal),
    checkServer(resolveSettings(flags, environment), environment),
  ]);
  return [
    checkNode(process.versions.node),
    typeof python === 'string'
      ? lacking('python', python, 'install Python to use `slipway test`')
      : right('python', python.version),
    ...goAndGit,
    ...server,
  ];
}

export function checkNode(nodeVersion: string): Finding {
  const major = Number(nodeVersion.split('.')[0]);
  const found = `${nodeVersion}, slipway ${version}`;
  return major >= nodeMinimum ? right('node', found) : wrong('node', found, `install Node ${nodeMinimum} or later`);
}
