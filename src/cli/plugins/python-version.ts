// Orders Python package versions (PEP 440). Compares text that is not a version as text.

const pattern =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:(?:[-_.]?(?:post|rev|r)[-_.]?(\d*))|-(\d+))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+.*)?\s*$/i;

const phases: Readonly<Record<string, number>> = { a: 0, alpha: 0, b: 1, beta: 1, c: 2, rc: 2, pre: 2, preview: 2 };
/** Sorts after all pre-releases. */
const finalPhase = 3;

/** Epoch, pre-release, post-release and development release as numbers in comparison order; the release separately. */
interface ParsedVersion {
  epoch: number;
  release: number[];
  rest: number[];
}

export function comparePythonVersions(one: string, other: string): number {
  const [a, b] = [parseVersion(one), parseVersion(other)];
  if (!a || !b) return one === other ? 0 : one < other ? -1 : 1;
  if (a.epoch !== b.epoch) return a.epoch - b.epoch;
  return compareNumbers(a.release, b.release) || compareNumbers(a.rest, b.rest);
}

function parseVersion(text: string): ParsedVersion | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, epoch, release = '', phase, phaseNumber, post, dashPost, dev, devNumber] = match;
  const postNumber = post ?? dashPost;
  const isPre = phase !== undefined;
  const isOnlyDev = !isPre && postNumber === undefined && dev !== undefined;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split('.').map(Number),
    rest: [
      // 1.0.dev1 sorts before 1.0a1.
      isOnlyDev ? -1 : (phases[phase?.toLowerCase() ?? ''] ?? finalPhase),
      Number(phaseNumber || 0),
      postNumber === undefined ? -1 : Number(postNumber || 0),
      dev === undefined ? Number.POSITIVE_INFINITY : Number(devNumber || 0),
    ],
  };
}

/** Missing numbers count as 0. */
function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [x = 0, y = 0] = [a[at], b[at]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
