// Implements `slipway dev`: publishes each change of a folder as a new version that replaces the last one, and deletes all of
// them at the end. The manifest's version is ignored: the server assigns the next number to each version (decision 23).
import { ApiError } from '../../client/errors.ts';
import { publish } from '../../client/publish.ts';
import type { Connection } from '../connection/connect.ts';
import { isLoopback } from '../connection/settings.ts';
import { callUrl, deployVersion } from '../deployments/deploy-version.ts';
import { followLogs } from '../deployments/logs.ts';
import { formatDuration } from '../duration.ts';
import { Failure, printFailure, toFailure } from '../failure.ts';
import type { Output } from '../output.ts';
import { parsePluginRef } from '../plugins/plugin-ref.ts';
import { packPlugin } from '../publish/pack-plugin.ts';
import { watchChanges } from './changes.ts';

const deployTimeoutMs = 120_000;

export interface DevOptions {
  folder: string;
  json: boolean;
}

export async function develop(connection: Connection, { folder, json }: DevOptions, output: Output): Promise<void> {
  const { settings, signal } = connection;
  if (!isLoopback(settings.baseUrl.value))
    throw new Failure('usage', `${settings.baseUrl.value} is not a local server`, {
      hint: 'Start one with `npm start`. To publish to a remote server, use `slipway publish`.',
    });
  const { name } = await parsePluginRef(undefined, folder);
  const served = new DevSession(connection, name, json, output);
  try {
    for await (const _ of watchChanges(folder, signal)) await served.publishChange(folder);
  } finally {
    await served.end();
  }
}

/** Publishes, deploys and finally deletes the versions of one session, and streams the logs of the current one. */
class DevSession {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #json: boolean;
  readonly #output: Output;
  /** The IDs of published versions, oldest first. All but the last will be deleted. */
  #made: string[] = [];
  #sha256 = '';
  #version = '';
  /** The last change was refused, and its error is on the screen. */
  #isFailing = false;
  #isFirst = true;
  #reading = new AbortController();

  constructor(connection: Connection, name: string, json: boolean, output: Output) {
    this.#connection = connection;
    this.#name = name;
    this.#json = json;
    this.#output = output;
  }

  /** Publishes and deploys the folder. On failure, prints the error; the previous version keeps serving. */
  async publishChange(folder: string): Promise<void> {
    try {
      await this.#publish(folder);
    } catch (error) {
      this.#connection.signal.throwIfAborted();
      const failure = toFailure(error);
      if (!failure) throw error;
      this.#isFailing = true;
      printFailure(failure, this.#output);
    }
  }

  async #publish(folder: string): Promise<void> {
    const startedAt = performance.now();
    const { archive, sha256 } = await packPlugin(folder, this.#output, this.#connection.signal);
    if (sha256 === this.#sha256) {
      this.#reportLive('still live');
      return;
    }
    const { namespaceId, signal } = this.#connection;
    const upload = { name: this.#name, archive: new Blob([archive]), namespaceId: await namespaceId(), signal };
    const { plugin_id } = await publish(this.#connection.client, { ...upload, message: 'slipway dev' });
    if (plugin_id === null) throw new Failure('failed', 'the server accepted the plugin but returned no version');
    this.#sha256 = sha256;
    this.#made.push(plugin_id);
    const ref = await parsePluginRef(plugin_id);
    const deployOptions = { wait: true, timeout: deployTimeoutMs };
    await deployVersion(
      this.#connection,
      { ...ref, version: ref.version ?? '', pluginId: plugin_id },
      deployOptions,
      withoutStages(this.#output),
    );
    this.#version = ref.version ?? '';
    this.#reportLive(`live (${formatDuration(performance.now() - startedAt)})`, true);
    if (this.#isFirst) await this.#showCall();
    this.#read(plugin_id);
    await this.#removeBefore(plugin_id);
  }

  /** Every later version is called in the same way. */
  async #showCall(): Promise<void> {
    this.#isFirst = false;
    const { namespaceId, settings } = this.#connection;
    this.#output.info(`  call     ${callUrl(settings, await namespaceId(), this.#name)}`);
    this.#output.info(`  or       slipway invoke ${this.#name} -d '{…}'`);
  }

  /** Clears the error of the change before. Without one, only news is reported. */
  #reportLive(state: string, isNew = false): void {
    if (this.#isFailing) this.#output.clear();
    if (this.#isFailing || isNew) this.#output.stage(`${this.#name} ${this.#version} is ${state}`);
    this.#isFailing = false;
  }

  #read(pluginId: string): void {
    this.#reading.abort();
    this.#reading = new AbortController();
    const signal = AbortSignal.any([this.#connection.signal, this.#reading.signal]);
    // The stream ends with its version. The next version gets a new one.
    followLogs({ ...this.#connection, signal }, { pluginId }, { json: this.#json }, this.#output).catch(() => {});
  }

  async #removeBefore(pluginId: string | undefined): Promise<void> {
    for (const old of this.#made.filter((made) => made !== pluginId)) {
      await this.#remove(old);
      this.#made = this.#made.filter((made) => made !== old);
    }
  }

  /** Runs after Ctrl-C, too, so it must not use the connection's signal. */
  async #remove(plugin_id: string): Promise<void> {
    const { client, namespaceId } = this.#connection;
    const path = { namespace_id: await namespaceId(), plugin_id };
    await client.delete('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path }).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
  }

  async end(): Promise<void> {
    this.#reading.abort();
    await this.#removeBefore(undefined);
  }
}

/** Hides deployment stages, which would drown the plugin's logs. */
function withoutStages(output: Output): Output {
  return { ...output, stage: () => {}, progress: () => {} };
}
