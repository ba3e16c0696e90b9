// Fetches a small repository from this process, as sources are fetched, to find out whether Git works on this machine.
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { probeMs } from '../../../src/contract/limits/builder.ts';
import type { MachineProblem } from '../core/machine-problem.ts';
import { triedAgain } from '../programs/run-program.ts';
import { type FetchMachine, fetchSource } from './fetch.ts';

/** A commit with one file, and the pack that holds them (gitformat-pack). */
const commit = '56958ce323df39fe59acac17cc39e47450bc0dbe';
const pack = Buffer.from(
  'UEFDSwAAAAIAAAADkQl4nCspSk1VMEw1TzVLsjQ1STKxMDVLSjUzSjZKMk00SzE0N01NTjYzskwzNbc0tORKLC3JyC9SCM7JLChPrFSwKYYwHFIrEnMLclL1kvNz7RQMFLQNgIALyMnNLClJJVY9V0FRflIqABAkLpGhAnicMzQwMDMxUSgoyk9KZZie5h7l2Low8M7csGsi/3euemX91wkAwtMOPTN4nMvP5gIAAjAA5fwOsna6m6NcIJ1G/YEPARUNW1uD',
  'base64',
);
const flush = '0000';

/** Returns why sources can't be fetched on this machine. */
export async function gitProblem(machine: FetchMachine): Promise<MachineProblem | undefined> {
  const server = await serveRepository();
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const request = { repository: `http://127.0.0.1:${port}/a.git`, ref: commit };
  try {
    // The operator's limits are for sources. A short one doesn't mean that Git can't fetch.
    const limits = { ...machine.limits, fetchMs: probeMs };
    await triedAgain(() => fetchSource({ ...machine, allowLoopback: true, limits }, request));
    return undefined;
  } catch (error) {
    const cause = error instanceof Error ? error.message : error;
    const problem = `Git ${machine.git.version} can't fetch a repository that this machine serves (${cause})`;
    return { problem, fix: "Install your distribution's Git" };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Serves the commit as `git upload-pack` does with version 0 of the protocol (gitprotocol-http). */
async function serveRepository(): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/x-git-upload-pack-advertisement');
      const refs = `${line('# service=git-upload-pack\n')}${flush}${line(`${commit} refs/heads/main\0shallow\n`)}${flush}`;
      response.end(refs);
      return;
    }
    response.setHeader('content-type', 'application/x-git-upload-pack-result');
    // Git first asks which commits are shallow, which is none, and says `done` when it asks for the pack.
    const isDone = (await text(request)).endsWith('0009done\n');
    response.end(isDone ? Buffer.concat([Buffer.from(`${flush}${line('NAK\n')}`), pack]) : flush);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function line(content: string): string {
  return (content.length + 4).toString(16).padStart(4, '0') + content;
}
