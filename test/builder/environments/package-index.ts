// Serves a folder of wheels as a simple package index (PEP 503). It can require a credential, and stall in the middle of a response.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { loopback } from '../../../scripts/machine/ports.ts';

export class PackageIndex {
  /** Requested paths. */
  readonly requests: string[] = [];
  /** Requests with a matching path get half of their response, and then stall. */
  stalled: RegExp | undefined;
  /** Links with this text have the attribute `data-yanked`. */
  yanked: RegExp | undefined;
  /** Requests must send this `NAME:TOKEN`; all others get 401. */
  accepted: RegExp | undefined;
  /** The credential that each request sent. */
  readonly credentials: (string | undefined)[] = [];
  /** Response to requests with a matching path. */
  refused: { path: RegExp; status: number; location?: string } | undefined;
  /** Hash to put in every link, regardless of the file's contents. */
  claimed: string | undefined;
  /** If true, links have no separate metadata. */
  bare = false;
  /** If true, pages are JSON (PEP 691). */
  json = false;
  /** Upload times by file name, in JSON pages. */
  readonly uploadTimes = new Map<string, string>();
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(folder: string): Promise<PackageIndex> {
    const index = new PackageIndex(folder);
    await new Promise<void>((resolve) => index.#server.listen(0, loopback, resolve));
    return index;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the index does not listen');
    return `http://${loopback}:${address.port}/simple`;
  }

  /** Ends the stalled requests. */
  drop(): void {
    this.#server.closeAllConnections();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer({ url: path = '', headers: { authorization } }: IncomingMessage, response: ServerResponse): void {
    this.requests.push(path);
    const credential = authorization && Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
    this.credentials.push(credential);
    const { status, location } = this.refused?.path.test(path) ? this.refused : {};
    const refusal = status ?? (this.accepted && !this.accepted.test(credential ?? '') ? 401 : undefined);
    if (refusal !== undefined) {
      response.writeHead(refusal, location === undefined ? {} : { location }).end();
      return;
    }
    const [, project, file] = /^\/simple\/([^/]+)\/(.*)$/.exec(path) ?? [];
    const body = file ? this.#file(file) : this.#page(project ?? '');
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = file ? 'application/zip' : this.json ? 'application/vnd.pypi.simple.v1+json' : 'text/html';
    response.writeHead(200, { 'content-type': type, 'content-length': body.length });
    if (this.stalled?.test(path)) response.write(body.subarray(0, body.length / 2));
    else response.end(body);
  }

  #file(name: string): Buffer | undefined {
    return readdirSync(this.#folder).includes(name) ? readFileSync(join(this.#folder, name)) : undefined;
  }

  #digest(name: string): string {
    const bytes = readFileSync(join(this.#folder, name));
    return createHash('sha256').update(bytes).digest('hex');
  }

  #page(project: string): Buffer | undefined {
    const names = readdirSync(this.#folder).filter(
      (name) => name.endsWith('.whl') && name.split('-')[0]?.toLowerCase().replaceAll('_', '-') === project,
    );
    if (names.length === 0) return undefined;
    const digests = names.map((name) => [name, this.claimed ?? this.#digest(name)] as const);
    if (this.json) {
      const files = digests.map(([filename, sha256]) => ({
        filename,
        url: filename,
        hashes: { sha256 },
        'core-metadata': !this.bare,
        'upload-time': this.uploadTimes.get(filename),
      }));
      return Buffer.from(JSON.stringify({ meta: { 'api-version': '1.0' }, name: project, files }));
    }
    const metadata = this.bare ? '' : ' data-core-metadata="true"';
    const links = digests.map(
      ([name, digest]) =>
        `<a href="${name}#sha256=${digest}"${this.yanked?.test(name) ? ' data-yanked="broken"' : ''}${metadata}>${name}</a>`,
    );
    return Buffer.from(`<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`);
  }
}
