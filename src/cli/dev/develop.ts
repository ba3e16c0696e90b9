// `slipway dev`: one version after the other from one folder, each in the place of the last, none left when it ends. The manifest's
// number stays as it is: the server gives each version the next one (decision 23).
import { isIP } from 'node:net';
import { ApiError } from '../../client/errors.ts';
import { publish } from '../../client/publish.ts';
import type { Connection } from '../connection/connect.ts';
import { deployVersion } from '../deployments/deploy-version.ts';
import { followLogs } from '../deployments/logs.ts';
import { shownDuration } from '../duration.ts';
import { Failure, failureOf, tellFailure } from '../failure.ts';
import type { Output } from '../output.ts';
import { pluginRef } from '../plugins/plugin-ref.ts';
import { packPlugin } from '../publish/pack-plugin.ts';
import { changesOf } from './changes.ts';

const deployTimeoutMs = 120_000;

export interface Developing {
  folder: string;
  json: boolean;
}

export async function develop(connection: Connection, { folder, json }: Developing, output: Output): Promise<void> {
  const { settings, signal } = connection;
  if (!isLocal(settings.baseUrl.value))
    throw new Failure('usage', `${settings.baseUrl.value} is not on this machine`, {
      hint: '`npm start` starts one here; elsewhere `slipway publish` publishes what is to stay.',
    });
  const { name } = await pluginRef(undefined, folder);
  const served = new Served(connection, name, json, output);
  try {
    for await (const _ of changesOf(folder, signal)) await served.replace(folder);
  } finally {
    await served.end();
  }
}

function isLocal(url: string): boolean {
  const { hostname } = new URL(url);
  const address = hostname.replace(/^\[|\]$/g, '');
  return hostname === 'localhost' || (isIP(address) > 0 && (address.startsWith('127.') || address === '::1'));
}

/** The version that serves now, and what it prints. */
class Served {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #json: boolean;
  readonly #output: Output;
  /** Ids, the oldest first: all but the last are to go. */
  #made: string[] = [];
  #sha256 = '';
  #reading = new AbortController();

  constructor(connection: Connection, name: string, json: boolean, output: Output) {
    this.#connection = connection;
    this.#name = name;
    this.#json = json;
    this.#output = output;
  }

  /** What is wrong with the folder is told, and what served before still serves. */
  async replace(folder: string): Promise<void> {
    try {
      await this.#publish(folder);
    } catch (error) {
      const failure = failureOf(error);
      if (!failure || failure.exit === 'interrupted') throw error;
      tellFailure(failure, this.#output);
    }
  }

  async #publish(folder: string): Promise<void> {
    const startedAt = performance.now();
    const { archive, sha256 } = await packPlugin(folder, this.#output, this.#connection.signal);
    if (sha256 === this.#sha256) return;
    const { namespaceId, signal } = this.#connection;
    const upload = { name: this.#name, archive: new Blob([archive]), namespaceId: await namespaceId(), signal };
    const { plugin_id } = await publish(this.#connection.client, { ...upload, message: 'slipway dev' });
    if (plugin_id === null) throw new Failure('failed', 'the server accepted it and named no version');
    this.#sha256 = sha256;
    this.#made.push(plugin_id);
    const ref = await pluginRef(plugin_id);
    const deploying = { wait: true, timeout: deployTimeoutMs };
    await deployVersion(
      this.#connection,
      { ...ref, version: ref.version ?? '', pluginId: plugin_id },
      deploying,
      quiet(this.#output),
    );
    this.#output.stage(`${this.#name} serves after ${shownDuration(performance.now() - startedAt)}  (${ref.version})`);
    this.#read(plugin_id);
    await this.#removeBefore(plugin_id);
  }

  #read(pluginId: string): void {
    this.#reading.abort();
    this.#reading = new AbortController();
    const signal = AbortSignal.any([this.#connection.signal, this.#reading.signal]);
    // It ends with the version that it is of; the next one has its own.
    followLogs({ ...this.#connection, signal }, { pluginId }, { json: this.#json }, this.#output).catch(() => {});
  }

  async #removeBefore(pluginId: string | undefined): Promise<void> {
    for (const old of this.#made.filter((made) => made !== pluginId)) {
      await this.#remove(old);
      this.#made = this.#made.filter((made) => made !== old);
    }
  }

  /** Also after Ctrl-C, so not by the signal that it gives. */
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

/** Each stage of each deployment would be in the way of what the plugin prints. */
function quiet(output: Output): Output {
  return { ...output, stage: () => {}, ongoing: () => {} };
}
