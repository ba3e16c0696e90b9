// Rolls a version out with nginx: `split_clients` gives it a tenth of the calls, and a script reads the access log every 5 s and takes
// them away if more than 5 % of the new version's calls failed.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts, loopback, portProblem } from '../../scripts/machine/ports.ts';
import type { System, Version } from './systems.ts';

const share = 10;
const pollMs = 5_000;
const failedShareMax = 0.05;
const startMs = 30_000;

interface Ports {
  proxy: number;
  stable: number;
  candidate: number;
}

function configuration(folder: string, { proxy, stable, candidate }: Ports, percent: number): string {
  const split = percent > 0 ? `${percent}% ${loopback}:${candidate};` : '';
  return `pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
worker_processes 1;
events {}
http {
  log_format versions '$upstream_addr $status';
  access_log ${folder}/access.log versions;
  client_body_temp_path ${folder}/bodies;
  proxy_temp_path ${folder}/answers;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  split_clients $request_id $version { ${split} * ${loopback}:${stable}; }
  server {
    listen ${loopback}:${proxy};
    location / { proxy_pass http://$version; }
  }
}
`;
}

async function serveVersion(port: number, { version, failing }: Version): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const isFault = Math.random() < failing;
      response.writeHead(isFault ? 500 : 200).end(isFault ? 'the seeded fault' : JSON.stringify({ version }));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, loopback, resolve));
  return server;
}

/** Runs nginx with this configuration, or has it reload the file. */
async function nginx(folder: string, args: string[] = []) {
  const child = spawn(
    'nginx',
    ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf'), ...args],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return child;
}

/** The script: polls the log until the new version has failed too often or `stopped` is aborted. */
async function watchLog(log: string, address: string, stopped: AbortSignal, undo: () => Promise<void>): Promise<void> {
  let read = (await readFile(log, 'utf8')).length;
  while (!stopped.aborted) {
    await wait(pollMs, undefined, { signal: stopped }).catch(() => undefined);
    const lines = (await readFile(log, 'utf8')).slice(read);
    read += lines.length;
    const statuses = lines.split('\n').filter((line) => line.startsWith(`${address} `));
    const failed = statuses.filter((line) => / 5\d\d$/.test(line)).length;
    if (failed > failedShareMax * statuses.length) return undo();
  }
}

export const nginxSplit: System = {
  name: `nginx, ${share} % and a script`,
  async run(work) {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-nginx-'));
    const [proxy = 0, stable = 0, candidate = 0] = await freePorts(3);
    const ports = { proxy, stable, candidate };
    const configure = (percent: number) => writeFile(join(folder, 'nginx.conf'), configuration(folder, ports, percent));
    const servers = [await serveVersion(stable, { version: 1, failing: 0 })];
    const stopped = new AbortController();
    let watching = Promise.resolve();
    await configure(0);
    const proxyProcess = await nginx(folder, ['-g', 'daemon off;']);
    const setShare = async (percent: number) => {
      await configure(percent);
      await nginx(folder, ['-s', 'reload']);
    };
    try {
      const until = performance.now() + startMs;
      while ((await portProblem(proxy)) === undefined && performance.now() < until) await wait(50);
      await work({
        target: { url: `http://${loopback}:${proxy}/`, headers: { 'content-type': 'application/json' } },
        replace: async (next) => {
          servers.push(await serveVersion(candidate, next));
          await setShare(share);
          const log = join(folder, 'access.log');
          watching = watchLog(log, `${loopback}:${candidate}`, stopped.signal, () => setShare(0));
        },
      });
    } finally {
      stopped.abort();
      await watching;
      proxyProcess.kill('SIGTERM');
      for (const server of servers) server.close().closeAllConnections();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
