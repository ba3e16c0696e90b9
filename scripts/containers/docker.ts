// Calls the Docker engine through its command line.
import { runCommand } from '../testing/command.ts';

/** Wrangler reads the same variable. */
const program = process.env.WRANGLER_DOCKER_BIN ?? 'docker';

/** Returns the output. Throws if the command fails. */
export async function docker(...args: string[]): Promise<string> {
  const { exitCode, output } = await runCommand(program, args);
  if (exitCode !== 0) throw new Error(`docker ${args.slice(0, 2).join(' ')}: ${output}`);
  return output;
}

/** Returns the engine's version, or the reason why no engine responds. */
export async function engineVersion(): Promise<{ version: string } | { missing: string }> {
  const { exitCode, output } = await runCommand(program, ['version', '--format', '{{.Server.Version}}']);
  const lastLine = output.split('\n').at(-1) ?? '';
  return exitCode === 0 ? { version: lastLine } : { missing: lastLine };
}

export async function hasImage(name: string): Promise<boolean> {
  return (await runCommand(program, ['image', 'inspect', name])).exitCode === 0;
}

export async function hasBuildx(): Promise<boolean> {
  return (await runCommand(program, ['buildx', 'version'])).exitCode === 0;
}

export async function listContainers(...options: string[]): Promise<string[]> {
  return (await docker('ps', '--quiet', ...options)).split('\n').filter((id) => id !== '');
}

/** The runtime also removes containers, possibly at the same time. */
export async function removeContainers(ids: string[]): Promise<void> {
  for (const id of ids) {
    const { exitCode, output } = await runCommand(program, ['rm', '--force', id]);
    if (exitCode !== 0 && !/No such container|already in progress/.test(output))
      throw new Error(`docker rm: ${output}`);
  }
}
