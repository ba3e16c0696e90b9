// Serves an organization's Python indexes to one uv run, at a secret local address. uv never gets a credential: this module sends the
// requests to the indexes. If no pattern covers a name, this returns 404, so uv asks the installation's index. If a pattern covers it,
// this always returns a page, so uv never asks elsewhere.
import { randomBytes } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PackageOrigin } from '../../../../src/contract/builder/packages.ts';
import { type PythonIndex, patternFor } from '../../../../src/contract/builder/python-indexes.ts';
import { indexLimits } from '../../../../src/contract/limits/egress.ts';
import type { Egress } from '../../egress/egress.ts';
import { inheritedVariables } from '../../sandbox/trusted-program.ts';
import { EnvironmentFailed } from '../environment-failed.ts';
import { acceptedTypes, type IndexFile, pageType, readPage, writePage } from './index-page.ts';
import { askIndex } from './index-request.ts';

export interface IndexRules {
  egress: Egress;
  organization: string;
  /** Returns the one index that may provide a package. */
  indexOf: (name: string) => PythonIndex | undefined;
}

const loopback = '127.0.0.1';
const asksForPage = /^\/([a-z0-9.-]+)\/$/;
const asksForFile = /^\/[a-z0-9.-]+\/(\d{1,9})\/[^/]+?(\.metadata)?$/;

export class PrivateIndexes {
  readonly #rules: IndexRules;
  readonly #secret = `/${randomBytes(24).toString('hex')}`;
  readonly #server: Server;
  readonly #closed = new AbortController();
  /** The files linked from the pages. Nothing else is fetched. */
  readonly #files: { index: PythonIndex; file: IndexFile }[] = [];
  /** Names that their index doesn't have. */
  readonly #absent = new Set<string>();
  /** Names with files whose upload time their index doesn't state. */
  readonly #untimed = new Set<string>();
  /** Failures by path. A later success at the same path clears the failure. */
  readonly #failures = new Map<string, EnvironmentFailed>();

  private constructor(rules: IndexRules) {
    this.#rules = rules;
    this.#server = createServer((request, response) => void this.#answer(request.method, request.url ?? '', response));
  }

  static async open(rules: IndexRules): Promise<PrivateIndexes> {
    const indexes = new PrivateIndexes(rules);
    await new Promise<void>((resolve, reject) => {
      indexes.#server.once('error', reject).listen(0, loopback, resolve);
    });
    return indexes;
  }

  close(): void {
    this.#closed.abort();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** The local address. It's a credential, so pass it to uv only through the environment. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the indexes are closed');
    return `http://${loopback}:${address.port}${this.#secret}`;
  }

  /** Variables that let uv reach this address directly, even if it uses a proxy. */
  get direct(): Record<string, string> {
    const { NO_PROXY, no_proxy } = inheritedVariables(['NO_PROXY', 'no_proxy']);
    const direct = [NO_PROXY ?? no_proxy, loopback].filter((part) => part !== undefined && part !== '').join(',');
    return { NO_PROXY: direct, no_proxy: direct };
  }

  originOf(name: string): PackageOrigin | undefined {
    const index = this.#rules.indexOf(name);
    return index && { index: index.url, organization: this.#rules.organization };
  }

  isUntimed(name: string): boolean {
    return this.#untimed.has(name);
  }

  /** Removes this address from a text, because the address is secret. */
  hide(text: string): string {
    return text.replaceAll(`${this.url}/`, '').replaceAll(this.url, 'the indexes of the organization');
  }

  /** Returns the index's own failure instead of uv's interpretation of it. */
  explain({ code, message }: EnvironmentFailed): EnvironmentFailed {
    const [failure] = this.#failures.values();
    if (failure) return failure;
    const absent = [...this.#absent].filter((name) => message.includes(name)).map((name) => this.#absentText(name));
    return new EnvironmentFailed(code, [this.hide(message), ...(code === 'unsatisfiable' ? absent : [])].join('\n'));
  }

  #absentText(name: string): string {
    const { url = '', packages = [] } = this.#rules.indexOf(name) ?? {};
    return `${name} is not in the index ${url}, and no other index is used for ${patternFor(packages, name) ?? name}.`;
  }

  async #answer(method: string | undefined, path: string, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    if (!path.startsWith(`${this.#secret}/`)) return end(response, 404);
    // HEAD is allowed because uv uses it to check whether it may fetch parts of a file.
    if (method !== 'GET') return end(response, 405);
    const asked = path.slice(this.#secret.length);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.#closed.signal]);
    try {
      const [, name] = asksForPage.exec(asked) ?? [];
      if (name === undefined) await this.#sendFile(asked, response, signal);
      else await this.#sendPage(name, response, signal);
      this.#failures.delete(asked);
    } catch (error) {
      if (signal.aborted) return;
      const failure = error instanceof EnvironmentFailed ? error : interrupted();
      this.#failures.set(asked, failure);
      // uv retries requests that get a 502.
      if (response.headersSent) response.destroy();
      else end(response, failure.isDeterministic ? 400 : 502);
    }
  }

  async #sendPage(name: string, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const index = this.#rules.indexOf(name);
    if (!index) return end(response, 404);
    const { egress, organization } = this.#rules;
    const request = { index, organization, url: new URL(`${name}/`, index.url), accept: acceptedTypes };
    const answer = await askIndex(egress, { ...request, mayLeave: false }, signal);
    if (!answer) this.#absent.add(name);
    const files = answer ? readPage(await textOf(answer.body), answer.headers['content-type'] ?? '', answer.url) : [];
    if (!files)
      throw new EnvironmentFailed(
        'index-unreachable',
        `${index.url} does not return an index page for ${name}. Check it.`,
      );
    if (files.some(({ uploadTime }) => uploadTime === undefined)) this.#untimed.add(name);
    const page = writePage(name, files, (file) => `${this.#files.push({ index, file }) - 1}/${file.filename}`);
    response.writeHead(200, { 'content-type': pageType, 'cache-control': 'no-store' }).end(page);
  }

  async #sendFile(asked: string, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const [, number, suffix = ''] = asksForFile.exec(asked) ?? [];
    const linked = number === undefined ? undefined : this.#files[Number(number)];
    if (!linked) return end(response, 404);
    const { index, file } = linked;
    const url = new URL(file.url);
    url.pathname += suffix;
    const { egress, organization } = this.#rules;
    const answer = await askIndex(egress, { index, organization, url, accept: '*/*', mayLeave: true }, signal);
    if (!answer) return end(response, 404);
    const length = answer.headers['content-length'];
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      ...(length === undefined ? {} : { 'content-length': length }),
    });
    await pipeline(answer.body, response);
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'cache-control': 'no-store' }).end();
}

function interrupted(): EnvironmentFailed {
  return new EnvironmentFailed(
    'index-unreachable',
    'An index of your organization stopped in the middle of a response. Retry later.',
  );
}

async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > indexLimits.pageBytes)
      throw new EnvironmentFailed('index-refused', `An index page has more than ${indexLimits.pageBytes} bytes.`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
