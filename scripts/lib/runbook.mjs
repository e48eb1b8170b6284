// Reads the marked command blocks of RUNBOOK.md.
// usage: node runbook.mjs FILE FOLDER MODE   writes NN.sh, NN.expect (one pattern per line) and NN.meta for each block of MODE
//        node runbook.mjs FILE               checks only: every block has a mark, every pattern compiles, every link leads somewhere
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const [file, folder, mode] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').split('\n');
const faults = [];
const blocks = [];
const anchors = new Set();
let heading = '';
let mark = null;

const anchor = (title) => title.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, '').trim().replace(/ /g, '-');

for (let i = 0; i < lines.length; i += 1) {
  const line = lines[i];
  const title = line.match(/^#{1,5} (.*)/);
  if (title) {
    heading = title[1];
    anchors.add(anchor(heading));
  }
  const said = line.match(/^<!-- essai: (.*?) -->$/);
  if (said) mark = said[1];
  const wanted = line.match(/^<!-- attendu: (.*) -->$/);
  if (wanted) {
    try {
      new RegExp(wanted[1]);
    } catch {
      faults.push(`${i + 1} : motif illisible : ${wanted[1]}`);
    }
    blocks.at(-1)?.expect.push(wanted[1]);
  }
  const code = line.match(/^<!-- code: (.*) -->$/);
  if (code && blocks.length) blocks.at(-1).code = code[1];
  if (line === '```sh') {
    const start = i + 1;
    while (lines[i + 1] !== '```') i += 1;
    if (!mark) faults.push(`${start} : bloc de commandes sans marque « essai » (${heading})`);
    blocks.push({ at: start, heading, mark: mark ?? 'non', code: '0', expect: [], text: lines.slice(start, i + 1).join('\n') });
    i += 1;
    mark = null;
  }
}
for (const [, target] of lines.join('\n').matchAll(/\]\(#([^)]+)\)/g)) {
  if (!anchors.has(decodeURIComponent(target))) faults.push(`lien sans cible : #${target}`);
}
for (const b of blocks) {
  const modes = b.mark.split(' ');
  if (modes[0] !== 'non' && !modes.every((m) => ['compose', 'natif'].includes(m))) faults.push(`${b.at} : marque inconnue « ${b.mark} »`);
}
if (faults.length) {
  console.error(faults.join('\n'));
  process.exit(1);
}
if (folder) {
  mkdirSync(folder, { recursive: true });
  const chosen = blocks.filter((b) => b.mark.split(' ').includes(mode));
  chosen.forEach((b, n) => {
    const name = `${folder}/${String(n + 1).padStart(2, '0')}`;
    writeFileSync(`${name}.sh`, `${b.text}\n`);
    writeFileSync(`${name}.expect`, b.expect.map((e) => `${e}\n`).join(''));
    writeFileSync(`${name}.meta`, `${b.code}\t${b.at}\t${b.heading}\n`);
  });
  console.log(chosen.length);
} else {
  console.log(`${blocks.length} blocs, ${blocks.filter((b) => !b.mark.startsWith('non')).length} essayés`);
}
