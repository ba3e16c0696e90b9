// Runs the monitors: Prometheus with this project's alerts, the exporter that checks certificates, and a server with a certificate.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { z } from 'zod';
import type { Local } from '../local/organization.ts';
import { loopback } from '../machine/ports.ts';

export const scrapeSeconds = 5;
const rules = readFileSync('ops/prometheus/alerts.yaml', 'utf8');

export interface Ports {
  prometheus: number;
  blackbox: number;
  certificate: number;
}

const alertsModel = z.object({
  data: z.object({ alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.string() })) }),
});
const answerModel = z.object({ status: z.string(), data: z.object({ result: z.array(z.unknown()) }) });

export class Monitors {
  readonly #ports: Ports;
  readonly #children: ChildProcess[] = [];
  readonly #folder: string;
  #prometheus: ChildProcess | undefined;
  #server: Server | undefined;

  constructor(folder: string, ports: Ports) {
    this.#folder = folder;
    this.#ports = ports;
  }

  start(local: Local): void {
    this.renewCertificate(90);
    this.#written('alerts.yaml', rules);
    this.#run('prometheus-blackbox-exporter', [
      `--config.file=${this.#written('blackbox.yaml', JSON.stringify(blackbox))}`,
      `--web.listen-address=${loopback}:${this.#ports.blackbox}`,
    ]);
    this.#prometheus = this.#run('prometheus', [
      `--config.file=${this.#written('prometheus.yaml', JSON.stringify(this.#config(local)))}`,
      `--storage.tsdb.path=${join(this.#folder, 'prometheus')}`,
      `--web.listen-address=${loopback}:${this.#ports.prometheus}`,
    ]);
  }

  stop(): void {
    for (const child of this.#children) child.kill('SIGTERM');
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  /** A URL whose server doesn't speak HTTP. */
  get speechlessUrl(): string {
    return `http://${loopback}:${this.#ports.certificate}/`;
  }

  /** Serves a certificate that expires after this many days. */
  renewCertificate(days: number): void {
    const [key, cert] = [join(this.#folder, 'key.pem'), join(this.#folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      String(days),
    ];
    execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    const pair = { key: readFileSync(key), cert: readFileSync(cert) };
    if (this.#server) this.#server.setSecureContext(pair);
    else
      this.#server = createServer(pair, (_, response) => response.end('ok')).listen(this.#ports.certificate, loopback);
  }

  /** Makes any memory of the Worker's runtime too much. Returns what undoes it. */
  lowerMemoryThreshold(): () => void {
    const use = (text: string) => {
      this.#written('alerts.yaml', text);
      this.#prometheus?.kill('SIGHUP');
    };
    use(rules.replace('slipway_worker_memory_bytes > 1e9', 'slipway_worker_memory_bytes > 1e6'));
    return () => use(rules);
  }

  /** Returns the firing alerts, with the label that tells alerts of the same name apart. */
  async firing(): Promise<string[]> {
    const found = alertsModel.parse(await this.#ask('/api/v1/alerts'));
    const firing = found.data.alerts.filter(({ state }) => state === 'firing');
    return firing.map(({ labels: { alertname, part, plugin, queue } }) =>
      [alertname, part ?? queue ?? plugin].filter((word) => word !== undefined).join(' '),
    );
  }

  /** Returns the number of series that an expression currently has. Throws if Prometheus rejects it. */
  async seriesOf(expression: string): Promise<number> {
    const answer = await this.#ask(`/api/v1/query?${new URLSearchParams({ query: expression })}`);
    return answerModel.parse(answer).data.result.length;
  }

  async #ask(path: string): Promise<unknown> {
    return (await fetch(`http://${loopback}:${this.#ports.prometheus}${path}`)).json();
  }

  #run(program: string, args: string[]): ChildProcess {
    const child = spawn(program, args, { stdio: 'ignore' });
    this.#children.push(child);
    return child;
  }

  #written(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** Returns the configuration from ops/prometheus with this machine's addresses. The result is JSON, which is valid YAML. */
  #config({ admin_token: credentials, url }: Local): object {
    const certificate = `https://localhost:${this.#ports.certificate}`;
    const probe = [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: `${loopback}:${this.#ports.blackbox}` },
    ];
    return {
      global: { scrape_interval: `${scrapeSeconds}s`, evaluation_interval: `${scrapeSeconds}s` },
      rule_files: [join(this.#folder, 'alerts.yaml')],
      scrape_configs: [
        { job_name: 'slipway', authorization: { credentials }, static_configs: [{ targets: [new URL(url).host] }] },
        {
          job_name: 'slipway-certificate',
          metrics_path: '/probe',
          params: { module: ['http_2xx'] },
          static_configs: [{ targets: [certificate] }],
          relabel_configs: probe,
        },
      ],
    };
  }
}

const blackbox = {
  modules: {
    http_2xx: {
      prober: 'http',
      http: { preferred_ip_protocol: 'ip4', tls_config: { insecure_skip_verify: true } },
    },
  },
};
