// Implements `slipway doctor`: checks this machine's programs, then the server, the API key, the namespace and the builder.
import { findPython } from '../../../../builder/server/programs/python.ts';
import { type Finding, lacking, right, wrong } from '../../command/finding.ts';
import { type ConnectionFlags, resolveSettings } from '../../connection/settings.ts';
import { version } from '../../version.ts';
import { checkGoAndGit } from './programs.ts';
import { checkServer, type DoctorContext } from './server.ts';

const nodeMinimum = 20;

export async function diagnose(
  flags: ConnectionFlags,
  { environment, features }: DoctorContext,
  signal: AbortSignal,
): Promise<Finding[]> {
  const [python, goAndGit, server] = await Promise.all([
    findPython(environment.PYTHON),
    checkGoAndGit(environment, signal),
    checkServer(resolveSettings(flags, environment), environment, features),
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
