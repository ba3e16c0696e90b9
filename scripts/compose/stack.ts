// Runs compose.yaml's services under a separate project name, with docker compose or the older docker-compose.
import { randomBytes } from 'node:crypto';
import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentedCommands } from '../../test/documented-commands.ts';
import { docker } from '../containers/docker.ts';
import { waitUntilHealthy } from '../local/heartbeat.ts';
import { type Local, localSchema } from '../local/organization.ts';
import { runCommand } from '../testing/command.ts';

export type Service = 'slipway' | 'builder';

const readyMs = 300_000;
const stateFolder = '/var/lib/slipway/state';

/** Returns the Compose command, or undefined if this machine has none. */
export async function composeCommand(): Promise<string[] | undefined> {
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    const [program = '', ...args] = command;
    if ((await runCommand(program, [...args, 'version'])).exitCode === 0) return command;
  }
  return undefined;
}

export interface StackSettings {
  command: string[];
  /** The project's name, which is part of its container and volume names. */
  name: string;
  /** The folder for the .env file and the backups. */
  folder: string;
  /** Path of the file that extends compose.yaml. */
  override: string;
  port: number;
  publicUrl: string;
}

export class Stack {
  readonly #settings: StackSettings;
  readonly #token = randomBytes(32).toString('hex');
  readonly url: string;

  constructor(settings: StackSettings) {
    this.#settings = settings;
    this.url = `http://127.0.0.1:${settings.port}`;
  }

  /** Writes the .env file as docs/self-hosting.md describes. */
  async configure(version: string): Promise<void> {
    const { folder, port, publicUrl } = this.#settings;
    const backups = join(folder, 'backups');
    await mkdir(backups, { recursive: true });
    await chmod(backups, 0o1777); // the containers' user doesn't exist on this machine
    const values = {
      SLIPWAY_PUBLIC_URL: publicUrl,
      BUILDER_TOKEN: this.#token,
      SLIPWAY_PORT: port,
      SLIPWAY_BACKUPS: backups,
      SLIPWAY_VERSION: version,
    };
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(folder, '.env'), lines.join(''), { mode: 0o600 });
  }

  /** Runs a Compose command on compose.yaml and returns its output. */
  async compose(...args: string[]): Promise<string> {
    const { command, folder, name } = this.#settings;
    const [program = '', ...first] = command;
    const project = ['--env-file', join(folder, '.env'), '--project-name', name, ...this.#files()];
    const { exitCode, output } = await runCommand(program, [...first, ...project, ...args]);
    if (exitCode !== 0) throw new Error(`${command.join(' ')} ${args.join(' ')}: ${output}`);
    return output;
  }

  #files(): string[] {
    return ['compose.yaml', this.#settings.override].flatMap((file) => ['--file', file]);
  }

  /** Waits until the API answers. */
  async ready(): Promise<void> {
    await waitUntilHealthy(this.url, readyMs).catch(async (cause) => {
      throw new Error(`not ready:\n${await this.compose('logs', '--no-color')}`, { cause });
    });
  }

  async local(): Promise<Local> {
    const text = await this.compose('exec', '-T', 'slipway', 'cat', `${stateFolder}/local.json`);
    return localSchema.parse(JSON.parse(text));
  }

  async containerOf(service: Service): Promise<string> {
    return (await this.compose('ps', '--quiet', service)).trim();
  }

  /** Kills the service's first process as the system would. `docker kill` would count as a manual stop and prevent a restart. */
  async kill(service: Service, version: string): Promise<void> {
    const pid = await docker('inspect', '--format', '{{.State.Pid}}', await this.containerOf(service));
    const rights = ['--pid', 'host', '--user', '0', '--entrypoint', 'python3'];
    await docker('run', '--rm', ...rights, `slipway:${version}`, '-c', `import os; os.kill(${Number(pid)}, 9)`);
  }

  /** Runs the commands in docs/self-hosting.md that contain this text, on this project and its files. Returns their output. */
  async runDocumented(text: string, values: Record<string, string> = {}): Promise<string> {
    const outputs: string[] = [];
    for (const line of documentedCommands('docs/self-hosting.md', text, values).split('\n')) {
      const words = line.replace(/\s#.*/, '').split(' ').filter(Boolean);
      if (words.length > 0) outputs.push(await this.#runWords(words));
    }
    return outputs.join('\n');
  }

  #runWords([program, first, ...rest]: string[]): Promise<string> {
    const { folder, name } = this.#settings;
    if (program === 'docker' && first === 'compose') {
      const [action = '', ...args] = rest;
      return this.compose(action, ...(action === 'exec' ? ['-T'] : []), ...args);
    }
    // Compose names volumes after the clone's folder or the project.
    if (program === 'docker') return docker(first ?? '', ...rest.map((word) => word.replace(/^slipway_/, `${name}_`)));
    if (program === 'echo' && rest.join(' ') === '>> .env')
      return appendFile(join(folder, '.env'), `${first}\n`).then(() => '');
    throw new Error(`docs/self-hosting.md has a command that this test can't run: ${program}`);
  }
}
