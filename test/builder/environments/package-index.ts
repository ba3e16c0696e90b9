// Serves a folder of wheels as a simple package index (PEP 503), and can stop in the middle of an answer.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { loopback } from '../../../scripts/local/ports.ts';

export class PackageIndex {
  /** The paths that were requested. */
  readonly requests: string[] = [];
  /** Requests whose path matches get half of their answer, and wait. */
  stalled: RegExp | undefined;
  /** Links with this text have the attribute `data-yanked`. */
  yanked: RegExp | undefined;
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer((request, response) => this.#answer(request.url ?? '', response));
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

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(path: string, response: ServerResponse): void {
    this.requests.push(path);
    const [, project, file] = /^\/simple\/([^/]+)\/(.*)$/.exec(path) ?? [];
    const body = file ? this.#file(file) : this.#page(project ?? '');
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': file ? 'application/zip' : 'text/html', 'content-length': body.length });
    if (this.stalled?.test(path)) response.write(body.subarray(0, body.length / 2));
    else response.end(body);
  }

  #file(name: string): Buffer | undefined {
    return readdirSync(this.#folder).includes(name) ? readFileSync(join(this.#folder, name)) : undefined;
  }

  #page(project: string): Buffer | undefined {
    const names = readdirSync(this.#folder).filter(
      (name) => name.endsWith('.whl') && name.split('-')[0]?.toLowerCase().replaceAll('_', '-') === project,
    );
    if (names.length === 0) return undefined;
    const links = names.map((name) => {
      const digest = createHash('sha256')
        .update(readFileSync(join(this.#folder, name)))
        .digest('hex');
      return `<a href="${name}#sha256=${digest}"${this.yanked?.test(name) ? ' data-yanked="broken"' : ''} data-core-metadata="true">${name}</a>`;
    });
    return Buffer.from(`<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`);
  }
}
