// Reads the package list for `npm run test:packages`, and divides it into groups that are installed together.
import { readFile } from 'node:fs/promises';

export interface ListedPackage {
  section: string;
  /** One requirement, such as `numpy==2.2.6`, or several: `pandas==2.0.3,numpy<2`. */
  requirement: string;
  modules: string[];
}

const groupSize = 8;

export async function readList(file: string): Promise<ListedPackage[]> {
  const packages: ListedPackage[] = [];
  let section = '';
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [, heading] = /^\[(.+)\]$/.exec(line) ?? [];
    if (heading !== undefined) section = heading;
    else if (line !== '' && !line.startsWith('#')) {
      const [requirement = '', ...modules] = line.split(' ');
      if (!/^[a-z0-9-]+(?:\[[a-z]+\])?==\S+$/.test(requirement) || modules.length === 0)
        throw new Error(`packages.txt: ${line}`);
      packages.push({ section, requirement, modules });
    }
  }
  return packages;
}

/** Groups the packages. A package with several versions gets its own group, because its dependents may need another version. */
export function groupPackages(packages: ListedPackage[]): ListedPackage[][] {
  const nameOf = ({ requirement }: ListedPackage) => requirement.split(/[[=]/)[0];
  const count = Map.groupBy(packages, nameOf);
  const alone = packages.filter((one) => (count.get(nameOf(one))?.length ?? 0) > 1);
  const together = Map.groupBy(
    packages.filter((one) => !alone.includes(one)),
    ({ section }) => section,
  );
  const chunks = [...together.values()].flatMap((members) =>
    Array.from({ length: Math.ceil(members.length / groupSize) }, (_, at) =>
      members.slice(at * groupSize, (at + 1) * groupSize),
    ),
  );
  return [...alone.map((one) => [one]), ...chunks];
}
