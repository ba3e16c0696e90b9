// Finds and keeps the machine code of the instance's version.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';
import { machineCodeFolder } from '../python/python-command.ts';
import type { PythonProcess } from '../python/python-process.ts';
import { type Confiner, type Home, hasOwnRoot } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';
import type { CompiledFolder, MachineCodeCache } from './machine-code-cache.ts';

export class VersionCode {
  readonly #machine: Confiner & { machineCode: MachineCodeCache; limits: Limits };
  /** Undefined if code must not be kept. */
  readonly #key: string | undefined;
  /** Each home's newest process. */
  readonly #processes = new Map<Home, PythonProcess>();

  constructor(machine: Confiner & { machineCode: MachineCodeCache; limits: Limits }, spec: InstanceSpec) {
    this.#machine = machine;
    this.#key = keyOf(spec);
  }

  /** Returns the folder with the version's kept code, for a process that is about to start. */
  find(): string | undefined {
    return this.#key === undefined ? undefined : this.#machine.machineCode.find(this.#key);
  }

  compiledBy(home: Home, process: PythonProcess): void {
    this.#processes.set(home, process);
  }

  /** Keeps the processes' compiled code, unless the version already has some. If that fails, returns the reason for the log. */
  async keep(): Promise<string | undefined> {
    if (this.#key === undefined) return undefined;
    const running = [...this.#processes].filter(([, { pid }]) => pid !== undefined);
    const folders = running.map(([home, { pid }]) => this.#folderOf(home, pid));
    // After a process exits, another plugin's process may get its PID.
    const stillRun = () => running.every(([, { pid }]) => pid !== undefined);
    const { machineCodeBytes, machineCodeFiles } = this.#machine.limits;
    try {
      if (await this.#machine.machineCode.keep(this.#key, folders, stillRun)) return undefined;
      return notKept(`it has more than ${Math.round(machineCodeBytes / 1024)} KiB or ${machineCodeFiles} files`);
    } catch (error) {
      return notKept(error instanceof Error ? error.message : String(error));
    }
  }

  #folderOf({ temp, uid }: Home, pid = 0): CompiledFolder {
    const { sandbox } = this.#machine;
    const folder = hasOwnRoot(sandbox) ? `/proc/${pid}/root/tmp` : temp;
    return { path: join(folder, machineCodeFolder), uid: sandbox.ownUser ? uid : null };
  }
}

/** Machine code runs like the plugin's own code, so only the version that compiled it may find it. */
function keyOf(spec: InstanceSpec): string | undefined {
  if (spec.runtime !== 'python' || spec.version_id === undefined) return undefined;
  const { organization = null, version_id, archive, environment } = spec;
  const parts = [organization, version_id, archive, environment?.key ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function notKept(reason: string): string {
  return `The machine code that its functions compiled is not kept, because ${reason}. Each process compiles it again.`;
}
