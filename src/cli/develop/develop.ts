// Implements `slipway dev`: publishes each change to a folder as a new version that replaces the previous one, and deletes these
// versions at the end. Ignores the manifest's version number, since the server assigns one.
import { ApiError } from '../../client/errors.ts';
import { publish } from '../../client/publish.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { Connection } from '../connection/connect.ts';
import { isLoopback } from '../connection/settings.ts';
import { callUrl, deployVersion } from '../deployments/deploy-version.ts';
import { followLogs } from '../deployments/logs.ts';
import { requirePluginFolder } from '../lint/plugin-folder.ts';
import { parsePluginRef } from '../plugins/plugin-ref.ts';
import { packPlugin } from '../publish/pack-plugin.ts';
import { isRejection, serverRejection } from '../publish/publish-folder.ts';
import { Failure, printFailure, toFailure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { watchChanges } from './changes.ts';

const deployTimeoutMs = 120_000;

export interface DevOptions {
  folder: string;
  json: boolean;
}

/** Runs until Ctrl-C. Returns a sentence about what remains. */
export async function develop(connection: Connection, { folder, json }: DevOptions, output: Output): Promise<string> {
  const { settings, signal } = connection;
  if (!isLoopback(settings.baseUrl.value))
    throw new Failure('usage', `${settings.baseUrl.value} is not a local server`, {
      hint: 'Start one with `npm start`. To publish to a remote server, use `slipway publish`.',
    });
  requirePluginFolder(folder, 'dev');
  const { name } = await parsePluginRef(undefined, folder);
  const served = new DevSession(connection, { name, json, before: await servingVersion(connection, name) }, output);
  let end = '';
  try {
    for await (const _ of watchChanges(folder, signal)) await served.publishChange(folder);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    end = await served.end();
  }
  return end;
}

/** Returns undefined if the plugin doesn't exist or has no live version. */
async function servingVersion({ client, namespaceId, signal }: Connection, slug: string): Promise<string | undefined> {
  const path = { namespace_id: await namespaceId(), slug };
  const history = await client
    .get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', { path, signal })
    .catch(unlessMissing);
  return history?.serving_version ?? undefined;
}

/** Returns undefined for a "not found" error. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}

interface Served {
  name: string;
  json: boolean;
  /** The live version before the session. */
  before: string | undefined;
}

/** Publishes, deploys and finally deletes the versions of one session, and streams the logs of the current one. */
class DevSession {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #json: boolean;
  readonly #before: string | undefined;
  readonly #output: Output;
  /** IDs of published versions, oldest first. All but the last get deleted. */
  #made: string[] = [];
  #sha256 = '';
  #version = '';
  /** On-screen error about the last change, or '' if the server accepted it. */
  #refusal = '';
  #isFirst = true;
  #reading = new AbortController();

  constructor(connection: Connection, { name, json, before }: Served, output: Output) {
    this.#connection = connection;
    this.#name = name;
    this.#json = json;
    this.#before = before;
    this.#output = output;
  }

  /**
   * Publishes and deploys the folder. On failure, prints the error with its findings; the previous version stays live. A save with the
   * same errors prints nothing.
   */
  async publishChange(folder: string): Promise<void> {
    const report = new HeldOutput(this.#output);
    try {
      await this.#publish(folder, report.output);
      report.print();
    } catch (error) {
      this.#connection.signal.throwIfAborted();
      const failure = toFailure(await this.#explain(error, report.output));
      if (!failure) throw error;
      // Leave out the request ID, which differs on every save.
      const refusal = `${report.text}\n${failure.message}`;
      printFailure(failure, report.output);
      if (refusal !== this.#refusal) report.print();
      this.#refusal = refusal;
    }
  }

  /** The server may enforce a stricter level than the local scan. */
  async #explain(error: unknown, output: Output): Promise<unknown> {
    return isRejection(error) ? serverRejection(error, output) : error;
  }

  async #publish(folder: string, output: Output): Promise<void> {
    const startedAt = performance.now();
    const { archive, sha256 } = await packPlugin(folder, output, this.#connection.signal);
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
    const deployOptions = { release: 'immediate', wait: true, timeout: deployTimeoutMs };
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

  /** Every later version is called the same way. */
  async #showCall(): Promise<void> {
    this.#isFirst = false;
    const { namespaceId, settings } = this.#connection;
    this.#output.info(`  call     ${callUrl(settings, await namespaceId(), this.#name)}`);
    this.#output.info(`  or       slipway invoke ${this.#name} -d '{…}'`);
  }

  /** Clears the previous change's error. If there was none, reports only news. */
  #reportLive(state: string, isNew = false): void {
    const wasRefused = this.#refusal !== '';
    if (wasRefused) this.#output.clear();
    if (wasRefused || isNew) this.#output.stage(`${this.#name} ${this.#version} is ${state}`);
    this.#refusal = '';
  }

  #read(pluginId: string): void {
    this.#reading.abort();
    this.#reading = new AbortController();
    const signal = AbortSignal.any([this.#connection.signal, this.#reading.signal]);
    // The stream ends with its version, so each version gets a new one.
    followLogs({ ...this.#connection, signal }, { pluginId }, { json: this.#json }, this.#output).catch(() => {});
  }

  async #removeBefore(pluginId: string | undefined): Promise<void> {
    for (const old of this.#made.filter((made) => made !== pluginId)) {
      await this.#remove(old);
      this.#made = this.#made.filter((made) => made !== old);
    }
  }

  /** Also runs after Ctrl-C, so no signal may abort it. */
  async #remove(plugin_id: string): Promise<void> {
    const { client, namespaceId } = this.#connection;
    const path = { namespace_id: await namespaceId(), plugin_id };
    await client
      .delete('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path, signal: null })
      .catch(unlessMissing);
  }

  /**
   * Makes the previous version live again, since the server would otherwise pick the highest one. Then deletes the session's versions.
   */
  async end(): Promise<string> {
    this.#reading.abort();
    if (this.#made.length === 0) return 'Stopped.';
    let serves = '';
    try {
      serves = await this.#restore();
    } finally {
      await this.#removeBefore(undefined);
    }
    return `Stopped. ${serves}Deleted ${this.#version || 'the undeployed versions'}.`;
  }

  async #restore(): Promise<string> {
    const { client, namespaceId } = this.#connection;
    const path = { namespace_id: await namespaceId(), slug: this.#name };
    if (this.#before === undefined) return '';
    const body = { version: this.#before, message: 'slipway dev has ended' };
    const restored = await client
      .post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', { path, body, signal: null })
      .catch(unlessMissing);
    return restored ? `${this.#before} serves again. ` : `${this.#before}, which was live before, is gone. `;
  }
}

/** Buffers a change's output until it's clear whether it says anything new. */
class HeldOutput {
  readonly #lines: [print: (text: string) => void, text: string][] = [];
  readonly output: Output;

  constructor(output: Output) {
    const held = (print: (text: string) => void) => (text: string) => {
      this.#lines.push([print, text]);
    };
    this.output = { ...output, error: held(output.error), info: held(output.info), warning: held(output.warning) };
  }

  get text(): string {
    return this.#lines.map(([, text]) => text).join('\n');
  }

  print(): void {
    for (const [print, text] of this.#lines) print(text);
  }
}

/** Hides deployment stages, which would drown the plugin's logs. */
function withoutStages(output: Output): Output {
  return { ...output, stage: () => {}, progress: () => {} };
}
