// Shows a plugin from both sides: the kernel's view of its process, and what it can open itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Files } from '../../test/builder/builder-client.ts';
import type { Place } from './places.ts';
import { openFiles, readLink, readProc, youngestDescendant } from './processes.ts';

const statusNames = 'Uid Gid Groups NoNewPrivs Seccomp Seccomp_filters CapInh CapPrm CapEff CapBnd CapAmb NSpid'.split(
  ' ',
);
const spaces = 'user mnt pid net ipc uts cgroup'.split(' ');

const channelFolder = fileURLToPath(import.meta.resolve('../../test/builder/breakout/channel/'));
const channel = ['frames.py', 'byte_wise_frame.py', 'many_log_events.py'];

/** A plugin that looks around and takes what it can. */
export const pluginFiles: Files = {
  'realtime.py': readFileSync(fileURLToPath(import.meta.resolve('./plugin/realtime.py')), 'utf8'),
  ...Object.fromEntries(channel.map((name) => [name, readFileSync(join(channelFolder, name), 'utf8')])),
};

const viewSchema = z.object({
  readable: z.array(z.string()),
  families: z.array(z.int()),
  environment: z.record(z.string(), z.string()),
});

export async function viewLines({ name, start }: Place): Promise<string[]> {
  const placed = await start();
  try {
    const { client, seen, line } = placed;
    const id = await client.run(pluginFiles, { name: 'view' });
    const places = [seen.stateFolder, `${seen.stateFolder}/blobs`, seen.serverFile];
    const view = viewSchema.parse(await client.result(id, { do: 'look', places }));
    const pid = youngestDescendant(placed.pid);
    return [
      `${name}: ${line}`,
      ...statusLines(pid),
      `own namespaces   ${spaces.filter((one) => readLink(pid, `ns/${one}`) !== readLink(placed.pid, `ns/${one}`)).join(' ') || 'none'}`,
      `control group    ${ofBuilder(readProc(pid, 'cgroup'), readProc(placed.pid, 'cgroup')) || "same as the builder's"}`,
      ...mountLines(pid),
      `open files       ${openFiles(pid).join(', ')}`,
      `socket families  ${view.families.join(' ') || 'none'}`,
      `environment      ${Object.entries(view.environment)
        .map((pair) => pair.join('='))
        .join(' ')}`,
      `can open         ${view.readable.join(' ')}`,
    ];
  } finally {
    await placed.close();
  }
}

function statusLines(pid: number): string[] {
  const status = readProc(pid, 'status').split('\n');
  return statusNames.flatMap((name) =>
    status
      .filter((line) => line.startsWith(`${name}:`))
      .map(
        (line) =>
          `${name.padEnd(17)}${line
            .slice(name.length + 1)
            .trim()
            .replaceAll('\t', ' ')}`,
      ),
  );
}

/** Returns the lines that differ from the builder's. */
function ofBuilder(own: string, builders: string): string {
  return own
    .split('\n')
    .filter((line) => !builders.split('\n').includes(line))
    .join(' ');
}

function mountLines(pid: number): string[] {
  const mounts = readProc(pid, 'mountinfo').trimEnd().split('\n');
  const shown = mounts.slice(0, 24).map((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , , target = '', options = ''] = before.split(' ');
    return `                 ${target} ${after.split(' ')[0]} ${options}`;
  });
  const more = mounts.length > shown.length ? [`                 … ${mounts.length - shown.length} more`] : [];
  return [`mounts           ${mounts.length}`, ...shown, ...more];
}
