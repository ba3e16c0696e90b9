// Names an image build, so that the build can be started again later. A single version has many builds, from different commits, bases
// or arguments.

/** Returns a tag such as `0.1.0-20261125-094501`, in UTC. */
export function buildTag(version: string, builtAt: Date): string {
  const [day = '', time = ''] = builtAt
    .toISOString()
    .replaceAll(/[-:]|\..*/g, '')
    .split('T');
  return `${version}-${day}-${time}`;
}
