// Says how much processor time workerd has used, which tests in it can't ask for themselves. Only where `SLIPWAY_MEASURE` is set: what
// tests write in documents would differ from run to run.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { freePorts, loopback } from '../scripts/local/ports.ts';

/** Processor time of this process's workerd, in ms. */
function workerdMs(): number {
  const own = `) S ${process.pid} `;
  const runtimes = readdirSync('/proc').filter((name) => {
    const stat = /^\d+$/.test(name) ? textOf(`/proc/${name}/stat`) : '';
    return stat.includes('(workerd)') && stat.replace(/\) \w /, ') S ').includes(own);
  });
  const threads = runtimes.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`));
  return threads.reduce((sum, thread) => sum + Number(textOf(`${thread}/schedstat`).split(' ')[0]), 0) / 1e6;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export default async function startProcessorTime(project: TestProject): Promise<() => void> {
  project.provide('processorTime', '');
  if (!process.env.SLIPWAY_MEASURE) return () => {};
  const [port = 0] = await freePorts(1);
  const server = createServer((_, response) => response.end(String(workerdMs()))).listen(port, loopback);
  project.provide('processorTime', `http://${loopback}:${port}/`);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}
