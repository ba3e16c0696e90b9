// Orders Python versions (PEP 440). Each version becomes a text whose order is the version's, so that sorting needs no other code.
import { advisoryLimits } from '../contract/limits/scans.ts';

/** As in PEP 440, Appendix B. */
const pattern =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d+)?)?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d+)?)?(?:[-_.]?(dev)[-_.]?(\d+)?)?(?:\+([a-z\d]+(?:[-_.][a-z\d]+)*))?\s*$/i;

/** Separates a version from its local part. No other part of a key contains it. */
const local = '\u0002';
const end = '\u0001';

const phases: Readonly<Record<string, string>> = { a: '1', alpha: '1', b: '2', beta: '2' };
const releaseCandidate = '3';

/** Returns the version's place in the order; undefined if it isn't a version. */
export function pythonKey(text: string): string | undefined {
  const match = text.length > advisoryLimits.versionCharsMax ? null : pattern.exec(text);
  if (!match) return undefined;
  const [
    ,
    epoch = '0',
    release = '',
    phase,
    phaseNumber = '0',
    implicit,
    post,
    postNumber = '0',
    dev,
    devNumber = '0',
  ] = match;
  const segments = release.split('.').map((digits) => numberKey(digits));
  while (segments.length > 1 && segments.at(-1) === zero) segments.pop();
  const isPost = implicit !== undefined || post !== undefined;
  const parts = [
    numberKey(epoch),
    ...segments,
    end,
    phaseKey(phase?.toLowerCase(), phaseNumber, dev !== undefined && !isPost),
    isPost ? `1${numberKey(implicit ?? postNumber)}` : '0',
    dev === undefined ? '1' : `0${numberKey(devNumber)}`,
  ];
  return `${parts.join('')}${localKey(match[10])}`;
}

/** Returns the key without its local part (`+cpu`), which a bound without one ignores. */
export function publicKey(key: string): string {
  const at = key.indexOf(local);
  return at < 0 ? key : key.slice(0, at);
}

/** A development release of no pre-release comes before all pre-releases. */
function phaseKey(phase: string | undefined, number: string, isFirst: boolean): string {
  if (phase !== undefined) return `${phases[phase] ?? releaseCandidate}${numberKey(number)}`;
  return isFirst ? '0' : '4';
}

/** A number follows each word, and more segments follow fewer. */
function localKey(text: string | undefined): string {
  if (text === undefined) return '';
  const segments = text.toLowerCase().split(/[-_.]/);
  return `${local}${segments.map((one) => (/^\d+$/.test(one) ? `B${numberKey(one)}` : `A${one}${end}`)).join('')}${end}`;
}

/** Returns a text that sorts as the number does: the number of digits comes first, as one character. */
export function numberKey(digits: string): string {
  const significant = digits.replace(/^0+(?=\d)/, '');
  return `${String.fromCharCode(32 + significant.length)}${significant}`;
}

const zero = numberKey('0');
