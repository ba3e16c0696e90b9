// Starts the browser for tests: Chromium from a package that includes the libraries that a bare machine lacks. It is unpacked only
// once.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';

const packageFolder = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
const cache = resolve('node_modules/.cache/slipway/chromium-and-fonts');

/** How long a page waits for an element. Shorter than the test's timeout, so that the error names the missing element. */
export const pageWaitMs = 150_000;

export async function launchChromium(): Promise<Browser> {
  if (!existsSync(cache)) await unpack();
  return chromium.launch({
    executablePath: join(cache, 'chromium'),
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-zygote', '--disable-dev-shm-usage'],
    env: { ...process.env, LD_LIBRARY_PATH: join(cache, 'lib'), FONTCONFIG_PATH: cache },
  });
}

/** Opens a sign-in link and confirms its question, which names the organization that `npm start` creates. */
export async function signInByLink(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('heading', { name: `Sign in to local on ${new URL(link).host}?` }).waitFor();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/**
 * Configures the package's fonts. The package's own file names a folder on another machine, and Chromium exits at start if there is no
 * font.
 */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(cache, 'fonts')}</dir>
  <cachedir>${join(cache, 'font-cache')}</cachedir>
</fontconfig>
`;

/** Other test files may unpack at the same time, and the first complete folder is used. A failure leaves nothing behind. */
async function unpack(): Promise<void> {
  await mkdir(dirname(cache), { recursive: true });
  const folder = await mkdtemp(`${cache}.`);
  try {
    const program = join(folder, 'chromium');
    await decompress('chromium.br', program);
    await chmod(program, 0o755);
    for (const name of ['al2023', 'fonts']) await unpackTar(`${name}.tar.br`, folder);
    await writeFile(join(folder, 'fonts.conf'), fontsConf);
    await rename(folder, cache);
  } catch (error) {
    if (!existsSync(cache)) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Unpacks from a file, because tar stops at the archive's end without reading the rest of a pipe. */
async function unpackTar(name: string, folder: string): Promise<void> {
  const archive = join(folder, 'unpacking.tar');
  await decompress(name, archive);
  await promisify(execFile)('tar', ['-xf', archive, '-C', folder]);
  await rm(archive);
}

/** Decompresses in memory, because a stream pipeline sometimes ended with "Premature close" before everything was written. */
async function decompress(name: string, path: string): Promise<void> {
  await writeFile(path, await promisify(brotliDecompress)(await readFile(join(packageFolder, name))));
}
