// The services of compose.yaml under a name of their own, by docker compose or the older docker-compose.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { docker } from '../containers/docker.ts';
import { type Local, localSchema } from '../local/organization.ts';
import { runCommand } from '../testing/command.ts';

export type Service = 'slipway' | 'builder';

const readyMs = 300_000;
const pollMs = 200;
const stateFolder = '/var/lib/slipway/state';

/** Returns the command of Compose, or undefined if this machine has none. */
export async function composeCommand(): Promise<string[] | undefined> {
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    const [program = '', ...args] = command;
    if ((await runCommand(program, [...args, 'version'])).exitCode === 0) return command;
  }
  return undefined;
}

export interface StackSettings {
  command: string[];
  /** Name of the project, and thereby part of the names of its containers and volumes. */
  name: string;
  /** Where the .env file and the backups are. */
  folder: string;
  /** Path of the file that is added to compose.yaml. */
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

  /** Writes the .env file as docs/self-hosting.md says. */
  async configure(version: string): Promise<void> {
    const { folder, port, publicUrl } = this.#settings;
    const backups = join(folder, 'backups');
    await mkdir(backups, { recursive: true });
    await chmod(backups, 0o1777); // this machine does not have the containers' user
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

  /** Runs a command of Compose on compose.yaml, and returns its output. */
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
    const until = performance.now() + readyMs;
    while (!(await isHealthy(this.url))) {
      if (performance.now() > until) throw new Error(`not ready:\n${await this.compose('logs', '--no-color')}`);
      await delay(pollMs);
    }
  }

  async local(): Promise<Local> {
    const text = await this.compose('exec', '-T', 'slipway', 'cat', `${stateFolder}/local.json`);
    return localSchema.parse(JSON.parse(text));
  }

  async containerOf(service: Service): Promise<string> {
    return (await this.compose('ps', '--quiet', service)).trim();
  }

  /** Kills the service's first process as the system would. `docker kill` would count as stopped by hand, and stay stopped. */
  async kill(service: Service, version: string): Promise<void> {
    const pid = await docker('inspect', '--format', '{{.State.Pid}}', await this.containerOf(service));
    const rights = ['--pid', 'host', '--user', '0', '--entrypoint', 'python3'];
    await docker('run', '--rm', ...rights, `slipway:${version}`, '-c', `import os; os.kill(${Number(pid)}, 9)`);
  }

  /** Makes a backup with its keys while Slipway runs. Returns the lines that it printed. */
  backUp(name: string): Promise<string> {
    return this.compose('exec', '-T', 'slipway', 'node', 'scripts/backup.ts', `/backups/${name}`, '--with-keys');
  }

  restore(name: string): Promise<string> {
    return this.compose('run', '--rm', '--no-deps', 'slipway', 'scripts/restore.ts', `/backups/${name}`);
  }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
