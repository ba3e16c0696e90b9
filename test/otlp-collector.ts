// A span collector for tests that accepts only OTLP/HTTP in JSON.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OtlpSpan, otlpModel } from './support/otlp.ts';

export interface CollectedSpan extends OtlpSpan {
  service: string;
}

export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  /** Requests that no collector would accept. */
  readonly refused: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<OtlpCollector> {
    const server = createServer();
    const collector = new OtlpCollector(server);
    server.on('request', async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const isAccepted =
        request.method === 'POST' &&
        request.url === '/v1/traces' &&
        collector.#takes(request.headers['content-type'], body);
      if (!isAccepted) collector.refused.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(isAccepted ? 200 : 400, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #takes(type: string | undefined, body: string): boolean {
    const parsed = type === 'application/json' ? otlpModel.safeParse(JSON.parse(body)) : undefined;
    for (const { resource, scopeSpans } of parsed?.data?.resourceSpans ?? []) {
      const [name] = resource.attributes;
      const service = name && 'stringValue' in name.value ? name.value.stringValue : '';
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service }))));
    }
    return parsed?.success === true;
  }
}
