// Fetches the pictures of the demo shop, which are never committed, and lays them out for the importer:
//   OUTDIR/photos/<name>.jpg   OUTDIR/emoji/<code point>.webp   OUTDIR/credits.json
// Two packages with pinned versions and digests, taken by the package manager's own client and unpacked here without
// running anything of theirs. A second run finds everything in place and ends at once.
// usage: node pictures.mjs OUTDIR    exit code 3: not reachable (the shop then draws its own pictures)
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

const run = promisify(execFile);
const here = new URL('.', import.meta.url);
const PHOTOS = { name: '@vendure/create', version: '3.7.3', integrity: 'sha512-8gqMan5X8rBgwXBPd2kco7GDJ70iHmXIlhfDbeS05D7JgsaC7Sc+dsUptQnpg33aPocT92Ejq3ZD5TKGKdzGRw==' };
const EMOJI = { name: '@lobehub/fluent-emoji-3d', version: '1.1.0', integrity: 'sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==' };

/** The entries of a tar archive as [path, bytes]; long names in pax headers are not needed by these two packages. */
function* entries(tar) {
  for (let at = 0; at + 512 <= tar.length;) {
    const head = tar.subarray(at, at + 512);
    const text = (from, to) => head.subarray(from, to).toString('latin1').replace(/\0.*$/s, '');
    const size = parseInt(text(124, 136), 8) || 0;
    const prefix = text(345, 500);
    if (head[156] === 48 || head[156] === 0) yield [(prefix ? prefix + '/' : '') + text(0, 100), tar.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

async function fetchPackage({ name, version, integrity }, into) {
  process.stdout.write(`pictures: fetching ${name} ${version} ... `);
  const { stdout } = await run('npm', ['pack', `${name}@${version}`, '--json', '--ignore-scripts', '--loglevel=error', `--pack-destination=${into}`],
    { cwd: into, timeout: 180_000, shell: process.platform === 'win32' });
  const packed = await readFile(join(into, JSON.parse(stdout)[0].filename.replace('@', '').replace('/', '-')));
  const digest = 'sha512-' + createHash('sha512').update(packed).digest('base64');
  if (digest !== integrity) throw new Error(`${name} ${version} is not the package we know (digest ${digest})`);
  console.log(`${(packed.length / 1e6).toFixed(1)} MB`);
  return gunzipSync(packed);
}

/** "paul-weaver-1120584" -> "Paul Weaver": the file names give author and photo number. */
const author = (name) => name.replace(/-\d+$/, '').split('-').map((part) => part[0].toUpperCase() + part.slice(1)).join(' ');

async function photos(out, work) {
  const names = [];
  for (const [path, bytes] of entries(await fetchPackage(PHOTOS, work))) {
    const name = path.match(/^package\/assets\/images\/([a-z0-9-]+?)(?:-unsplash)?\.jpg$/)?.[1];
    if (!name) continue;
    await writeFile(join(out, 'photos', `${name}.jpg`), bytes);
    names.push(name);
  }
  return names.sort();
}

async function emoji(out, work) {
  const wanted = new Set(Object.values(JSON.parse(await readFile(new URL('emoji.json', here), 'utf8'))).flat());
  for (const [path, bytes] of entries(await fetchPackage(EMOJI, work))) {
    const code = path.match(/^package\/assets\/([0-9a-f-]+)\.webp$/)?.[1];
    if (wanted.delete(code)) await writeFile(join(out, 'emoji', `${code}.webp`), bytes);
  }
  if (wanted.size) throw new Error(`missing objects: ${[...wanted].join(' ')}`);
}

async function main(out) {
  const list = await readFile(new URL('emoji.json', here), 'utf8');
  const stamp = createHash('sha256').update(JSON.stringify([PHOTOS, EMOJI]) + list).digest('hex').slice(0, 16);
  const done = join(out, 'credits.json');
  if (existsSync(done) && JSON.parse(await readFile(done, 'utf8')).stamp === stamp) return console.log(`pictures: already in ${out}`);
  for (const folder of ['photos', 'emoji']) await mkdir(join(out, folder), { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'smartmarket-pictures-'));
  try {
    const names = await photos(out, work);
    await emoji(out, work);
    const count = Object.values(JSON.parse(list)).flat().length;
    const credits = {
      stamp,
      photos: {
        package: PHOTOS.name, version: PHOTOS.version, licence: 'Unsplash License', licence_url: 'https://unsplash.com/license',
        note: 'Photographs from Unsplash as shipped with the sample data of Vendure; the package itself is GPL-3.0, only its pictures are used.',
        items: names.map((name) => ({ file: `photos/${name}.jpg`, author: author(name), number: name.match(/\d+$/)[0] })),
      },
      emoji: {
        package: EMOJI.name, version: EMOJI.version, licence: 'MIT', licence_url: 'https://github.com/microsoft/fluentui-emoji/blob/main/LICENSE',
        note: 'Fluent Emoji, 3D style, by Microsoft, packaged by LobeHub.', items: count,
      },
    };
    await writeFile(done + '.new', JSON.stringify(credits, null, 1) + '\n');
    await rename(done + '.new', done);
    console.log(`pictures: ${names.length} photographs and ${count} objects in ${out}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const out = process.argv[2];
if (!out) {
  console.error('usage: node pictures.mjs OUTDIR');
  process.exit(2);
}
await main(out).catch((error) => {
  console.log();
  console.error(`pictures: not available: ${String(error.stderr || error.message).trim().split('\n')[0]}`);
  process.exit(3);
});
