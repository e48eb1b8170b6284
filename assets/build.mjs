// Builds dist/: the bundles of the shop and the back office, fonts, icon sprite, favicon, each under a name that carries the
// digest of its bytes, with .br and .gz beside every text file, and manifest.json (name -> hashed name) for the server.
// usage: node build.mjs [--watch]    The same sources always give the same bytes.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');
const FONTS = { 'figtree-latin-wght-normal': 'figtree.woff2', 'bricolage-grotesque-latin-wght-normal': 'bricolage.woff2' };

/** One <symbol> for every name of icons.json; used as <svg class="icon"><use href="/assets/icons-….svg#name"/></svg>. */
async function sprite() {
  const names = JSON.parse(await readFile(join(root, 'icons.json'), 'utf8'));
  const set = JSON.parse(await readFile(join(root, 'node_modules/@iconify-json/lucide/icons.json'), 'utf8'));
  const symbols = names.map((name) => {
    const icon = set.icons[name] ?? set.icons[set.aliases?.[name]?.parent];
    if (!icon) throw new Error(`icons.json: lucide has no icon "${name}"`);
    // stroke and fill come from the class .icon of the page, so that one rule colours them all
    const body = icon.body.replace(/ (?:stroke|stroke-linecap|stroke-linejoin|stroke-width|fill)="(?:currentColor|round|none|2)"/g, '');
    return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/^<g>|<\/g>$/g, '')}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();

async function put(manifest, name, bytes) {
  const extension = extname(name);
  manifest[name] = `${basename(name, extension)}-${digest(bytes)}${extension}`;
  await writeFile(join(dist, manifest[name]), bytes);
}

async function compress() {
  const sizes = {};
  for (const name of (await readdir(dist)).sort()) {
    if (!/\.(css|js|svg)$/.test(name)) continue;
    const bytes = await readFile(join(dist, name));
    const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    await writeFile(join(dist, `${name}.br`), br);
    await writeFile(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    sizes[name] = [bytes.length, br.length];
  }
  return sizes;
}

async function once() {
  const started = Date.now();
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['css/shop.css', 'css/admin.css', 'css/assistant.css', 'js/shop.js', 'js/assistant.js', 'js/live.js', 'js/admin.js'],
    outdir: 'dist',
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.woff2': 'file' },
    bundle: true,
    minify: true,
    format: 'iife',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    target: ['chrome123', 'firefox121', 'safari17.5'],
  });
  const manifest = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    const file = basename(path);
    const font = FONTS[file.replace(/-[A-Z0-9]{8}\.woff2$/, '')];
    manifest[font ?? basename(output.entryPoint ?? file)] = file;
  }
  await put(manifest, 'icons.svg', await sprite());
  await put(manifest, 'favicon.svg', await readFile(join(root, 'favicon.svg')));
  const sizes = await compress();
  await writeFile(join(dist, 'manifest.json'), JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, 2) + '\n');
  for (const [name, file] of Object.entries(manifest).sort()) {
    if (sizes[file]) console.log(`${name.padEnd(12)} ${String(sizes[file][0]).padStart(7)} B ${String(sizes[file][1]).padStart(6)} B br   ${file}`);
  }
  const shop = ['shop.css', 'shop.js', 'icons.svg'].reduce((sum, name) => sum + sizes[manifest[name]][1], 0);
  console.log(`shop page: ${shop} B br of CSS, JS and icons (budget 30000); ${Date.now() - started} ms`);
  if (shop > 30_000) throw new Error('over the budget of a shop page');
}

await once();
if (process.argv.includes('--watch')) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => once().catch((error) => console.error(error.message)), 150);
  };
  for (const folder of ['css', 'js']) watch(join(root, folder), again);
  watch(join(root, 'icons.json'), again);
}
