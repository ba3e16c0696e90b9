// Finds where this process may create control groups. They must be below its own group, so that the builder's limits still hold.
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface CgroupPlace {
  version: 'v1' | 'v2';
  /** Path of this process's own group, by controller. In version 2 the paths are identical. */
  folders: Record<'memory' | 'pids' | 'cpu', string>;
}

interface Hierarchy {
  /** The path in the mounted hierarchy, and its mount point. */
  root: string;
  mountPoint: string;
  type: string;
  controllers: string[];
}

const controllers = ['memory', 'pids', 'cpu'] as const;

/** The group that the builder moves to in version 2, because a group with its own processes can't limit groups below it. */
const serverGroup = 'slipway.server';

/** Returns where groups can be created, or the reason why they can't. */
export async function findPlace(procFolder = '/proc/self'): Promise<CgroupPlace | string> {
  const read = (name: string) => readFile(join(procFolder, name), 'utf8').catch(() => '');
  const hierarchies = parseMounts(await read('mountinfo'));
  const memberships = parseMemberships(await read('cgroup'));
  const find = (controller: string) => ownFolder(hierarchies, memberships, controller);
  const [memory, pids, cpu] = controllers.map(find);
  if (memory && pids && cpu) return { version: 'v1', folders: { memory, pids, cpu } };
  const own = find('');
  if (!own) return 'no control groups are mounted';
  const problem = await prepareOwnGroup(own);
  return problem ?? { version: 'v2', folders: { memory: own, pids: own, cpu: own } };
}

/** Allows limits on the groups directly below this one. */
export async function enableControllers(folder: string): Promise<void> {
  await writeFile(join(folder, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
}

/** Moves this process out of its group, so that the group can limit others below it. Returns the reason if that isn't possible. */
async function prepareOwnGroup(own: string): Promise<string | undefined> {
  const offered = (await readFile(join(own, 'cgroup.controllers'), 'utf8').catch(() => '')).split(/\s+/);
  const lacking = controllers.filter((name) => !offered.includes(name));
  if (lacking.length > 0) return `the builder's group does not offer ${lacking.join(', ')}`;
  const join0 = (folder: string) => writeFile(join(folder, 'cgroup.procs'), '0');
  try {
    await mkdir(join(own, serverGroup), { recursive: true });
    await join0(join(own, serverGroup));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  try {
    await enableControllers(own);
    return undefined;
  } catch (error) {
    await join0(own)
      .then(() => rmdir(join(own, serverGroup)))
      .catch(() => {});
    return `other processes are in the builder's group (${error instanceof Error ? error.message : error})`;
  }
}

function ownFolder(hierarchies: Hierarchy[], memberships: Map<string, string>, controller: string): string | undefined {
  const path = memberships.get(controller);
  const hierarchy = hierarchies.find(({ type, controllers: offered }) =>
    controller === '' ? type === 'cgroup2' : type === 'cgroup' && offered.includes(controller),
  );
  if (path === undefined || !hierarchy) return undefined;
  const { root, mountPoint } = hierarchy;
  if (root === '/') return resolve(mountPoint, `.${path}`);
  // In a container without a cgroup namespace, only part of the hierarchy is mounted.
  return path === root || path.startsWith(`${root}/`) ? resolve(mountPoint, `.${path.slice(root.length)}`) : undefined;
}

/** Maps controllers, and '' for version 2, to this process's path in the hierarchy. */
function parseMemberships(text: string): Map<string, string> {
  const memberships = new Map<string, string>();
  for (const line of text.trim().split('\n')) {
    const [, names = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    for (const name of names.split(',')) memberships.set(name, path);
  }
  return memberships;
}

function parseMounts(text: string): Hierarchy[] {
  return text.split('\n').flatMap((line) => {
    const [mount = '', filesystem = ''] = line.split(' - ');
    const [, , , root = '', mountPoint = ''] = mount.split(' ');
    const [type = '', , options = ''] = filesystem.split(' ');
    return type.startsWith('cgroup') ? [{ root, mountPoint, type, controllers: options.split(',') }] : [];
  });
}
