// What is counted after each case: the invariants of the shop, and whether each promise was kept once.

// { violations: [...], lost: [...], doubled: [...], copies } for the orders that a load was promised.
export async function check(shop, load) {
  const { text } = await shop.tryManage(['invariants', '--json']);
  let violations;
  try {
    violations = JSON.parse(text).invariants.filter((i) => i.violations !== 0).map((i) => `${i.check} : ${i.violations}`);
  } catch {
    violations = [`les invariants ne se comptent pas : ${text.slice(0, 200)}`];
  }
  const lost = [];
  const doubled = [];
  let copies = 0;
  const rows = await shop.ask(`select email || ' ' || token || ' ' || idempotency_key from orders where email like '${load.name}-%'`);
  const made = new Map();
  for (const [email, token, key] of rows.split('\n').filter(Boolean).map((r) => r.split(' '))) {
    if (made.has(email)) doubled.push(`${email} a deux commandes`);
    made.set(email, { token, key });
  }
  const mails = new Map();
  for (const mail of shop.mail.taken) mails.set(mail.to, [...(mails.get(mail.to) ?? []), mail.id]);
  for (const order of load.orders) {
    const row = made.get(order.email);
    if (!row || row.token !== order.token || row.key !== order.key) lost.push(`${order.email} : la commande promise n’existe pas`);
  }
  for (const email of made.keys()) {
    const ids = mails.get(email) ?? [];
    if (ids.length === 0) lost.push(`${email} : pas de confirmation`);
    if (new Set(ids).size > 1) doubled.push(`${email} : ${new Set(ids).size} confirmations différentes`);
    copies += Math.max(0, ids.length - new Set(ids).size);
  }
  // Reported once, then gone: the next case begins clean.
  const dead = await shop.ask("with gone as (delete from jobs where state = 'dead' returning topic, attempts, last_error) select topic || ' (' || attempts || ' essais) : ' || left(coalesce(last_error, ''), 120) from gone");
  lost.push(...dead.split('\n').filter(Boolean).map((what) => `tâche abandonnée ${what}`));
  lost.push(...load.abandoned.map((who) => `${who} : sans réponse`));
  return { violations, lost, doubled, copies, orders: made.size };
}
