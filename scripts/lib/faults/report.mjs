// The table, on the terminal and in docs/faults.md.
const COLUMNS = [['panne', 62], ['requêtes', 8], ['échecs', 6], ['retour s', 8], ['perdus', 6], ['doublés', 7], ['verdict', 8]];
const cell = (text, width, right) => (right ? String(text).padStart(width) : String(text).slice(0, width).padEnd(width));
const seconds = (s) => (s === null || s === undefined ? '–' : s.toFixed(1).replace('.', ','));

export function printTable(rows, took) {
  console.log(`\n${COLUMNS.map(([name, w], i) => cell(name, w, i > 0 && i < 6)).join('  ')}`);
  for (const r of rows) {
    if (r.left) {
      console.log(`${cell(`${r.id} ${r.title}`, 62)}  non fait : ${r.left}`);
      continue;
    }
    const values = [`${r.id} ${r.title}`, r.requests, r.failed, seconds(r.recovered), r.lost, r.doubled, r.verdict];
    console.log(values.map((v, i) => cell(v, COLUMNS[i][1], i > 0 && i < 6)).join('  '));
    for (const line of [...r.wrong.map((w) => `✗ ${w}`), ...r.details.map((d) => `✗ ${d}`), ...r.notes]) console.log(`      ${line}`);
  }
  const done = rows.filter((r) => !r.left);
  const held = done.filter((r) => r.verdict === 'tenu').length;
  console.log(`\n${held} pannes tenues sur ${done.length}, ${rows.length - done.length} non faites ; ${Math.round(took)} s.`);
}

// Between two marks, so that the words around them stay as they were written.
export function writeDocument(path, rows, options, took, read, write) {
  const lines = [
    `Commande : \`scripts/faults ${options.said}\`, le ${new Date().toISOString().slice(0, 16).replace('T', ' à ')} UTC, en ${Math.round(took)} s.`,
    `Machine : ${options.machine}. Binaires : ${options.profile}.`,
    '',
    '| panne | requêtes | en échec | retour (s) | perdus | doublés | verdict | ce qu’on a vu |',
    '|---|--:|--:|--:|--:|--:|---|---|',
    ...rows.map((r) => {
      const seen = [...(r.wrong ?? []), ...(r.details ?? []), ...(r.notes ?? [])].join(' ; ').replaceAll('|', '/');
      return r.left
        ? `| ${r.id} ${r.title} | – | – | – | – | – | non fait | ${r.left} |`
        : `| ${r.id} ${r.title} | ${r.requests} | ${r.failed} | ${seconds(r.recovered)} | ${r.lost} | ${r.doubled} | ${r.verdict} | ${seen} |`;
    }),
  ];
  const begin = '<!-- table -->';
  const end = '<!-- /table -->';
  let text = '';
  try {
    text = read(path, 'utf8');
  } catch {
    text = `# Pannes\n\n${begin}\n${end}\n`;
  }
  const [before, rest] = text.split(begin);
  write(path, `${before}${begin}\n${lines.join('\n')}\n${end}${rest.split(end)[1]}`);
}
