// Reads a package's page from a Python index, in JSON (PEP 691) or HTML (PEP 503), and rewrites it for uv. Only the parsed links reach
// uv, so no link can make it bypass Slipway.
import { z } from 'zod';
import { indexLimits } from '../../../../src/contract/limits/egress.ts';
import { parseJson } from '../../../../src/core/json/parse.ts';

export const pageType = 'application/vnd.pypi.simple.v1+json';
export const acceptedTypes = `${pageType}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1`;

export interface IndexFile {
  filename: string;
  url: URL;
  hashes: Record<string, string>;
  requiresPython: string | undefined;
  yanked: boolean | string;
  /** As the index states it (PEP 700). */
  uploadTime: string | undefined;
  /** True if the file's metadata is in a separate file next to it (PEP 658). */
  hasMetadata: boolean;
}

const plainFilename = /^[A-Za-z0-9][\w.+!~-]{0,299}$/;
const metadataModel = z.union([z.boolean(), z.record(z.string(), z.string())]).optional();
const hashesModel = z.record(z.string(), z.string());
const pageModel = z.object({
  files: z
    .array(
      z.object({
        filename: z.string(),
        url: z.string(),
        hashes: hashesModel.default({}),
        'requires-python': z.string().nullish(),
        yanked: z.union([z.boolean(), z.string()]).default(false),
        'upload-time': z.iso.datetime({ offset: true }).nullish().catch(undefined),
        'core-metadata': metadataModel,
        'dist-info-metadata': metadataModel,
      }),
    )
    .max(indexLimits.pageFiles),
});

/** Returns the files on the page at this URL, or undefined if it isn't an index page. */
export function readPage(text: string, contentType: string, url: URL): IndexFile[] | undefined {
  const files = /json/i.test(contentType) ? readJson(text) : /html/i.test(contentType) ? readHtml(text) : undefined;
  return files?.flatMap(({ href, ...file }) => {
    const target = URL.parse(href, url.href);
    if (!target || !plainFilename.test(file.filename)) return [];
    const [, algorithm, digest] = /^#(sha256|sha384|sha512)=([0-9a-f]+)$/.exec(target.hash) ?? [];
    target.hash = '';
    const hashes = algorithm !== undefined && digest !== undefined ? { [algorithm]: digest } : {};
    return [{ ...file, hashes: { ...hashes, ...file.hashes }, url: target }];
  });
}

/** Stands for a time that the index doesn't state: uv would leave the file out if the age of packages matters. */
const longAgo = '1970-01-01T00:00:00Z';

/** Formats the page for uv. `locate` returns the address at which uv gets a file. */
export function writePage(name: string, files: readonly IndexFile[], locate: (file: IndexFile) => string): string {
  return JSON.stringify({
    meta: { 'api-version': '1.0' },
    name,
    files: files.map((file) => ({
      filename: file.filename,
      url: locate(file),
      hashes: file.hashes,
      'requires-python': file.requiresPython,
      yanked: file.yanked,
      'upload-time': file.uploadTime ?? longAgo,
      'core-metadata': file.hasMetadata,
    })),
  });
}

type Link = Omit<IndexFile, 'url'> & { href: string };

function readJson(text: string): Link[] | undefined {
  const page = pageModel.safeParse(parseJson(text)).data;
  return page?.files.map(({ filename, url, hashes, yanked, ...file }) => ({
    filename,
    href: url,
    hashes,
    requiresPython: file['requires-python'] ?? undefined,
    yanked,
    uploadTime: file['upload-time'] ?? undefined,
    hasMetadata: Boolean(file['core-metadata'] ?? file['dist-info-metadata']),
  }));
}

const tag = /^((?:"[^"]*"|'[^']*'|[^>"'])*)>([^<]*)/;
const attribute = /([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

/** Parses each link separately, so that the time is linear in the page's length. */
function readHtml(text: string): Link[] | undefined {
  const [, ...anchors] = text.split(/<a(?=\s)/i);
  if (anchors.length > indexLimits.pageFiles) return undefined;
  return anchors.flatMap((anchor) => {
    const [, attributes, content = ''] = tag.exec(anchor) ?? [];
    if (attributes === undefined) return [];
    const found = new Map(
      [...attributes.matchAll(attribute)].map(([, name = '', double, single, bare]) => [
        name.toLowerCase(),
        unescaped(double ?? single ?? bare ?? ''),
      ]),
    );
    const href = found.get('href');
    if (href === undefined) return [];
    const metadata = found.get('data-core-metadata') ?? found.get('data-dist-info-metadata');
    const yanked = found.get('data-yanked');
    return [
      {
        filename: unescaped(content.trim()),
        href,
        hashes: {},
        requiresPython: found.get('data-requires-python'),
        yanked: yanked === undefined ? false : yanked || true,
        uploadTime: undefined,
        hasMetadata: metadata !== undefined && metadata !== 'false',
      },
    ];
  });
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
