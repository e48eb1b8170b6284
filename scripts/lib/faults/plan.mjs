// Which cases there are, in their order, and which a machine cannot do.
import { cases as processes } from './cases-processes.mjs';
import { cases as data } from './cases-data.mjs';
import { cases as limits } from './cases-limits.mjs';
import { cases as rush } from './cases-rush.mjs';

const left = {
  F23: { title: 'assistant (LLM) en panne', left: 'essayé par les tests de l’assistant, avec un faux LLM' },
  F24: { title: 'paiement par carte sans réponse', left: 'le paiement par carte n’existe pas encore' },
  F28: { title: 'arrêt entre l’encaissement et la commande', left: 'le paiement par carte n’existe pas encore' },
};

const all = { ...processes, ...data, ...limits, ...rush, ...left };

export function plan(wanted) {
  const ids = Object.keys(all).sort();
  const unknown = wanted.filter((w) => w !== 'all' && !all[w]);
  if (unknown.length) {
    console.error(`Panne inconnue : ${unknown.join(', ')}. Il y a : ${ids.join(' ')}`);
    process.exit(2);
  }
  return ids.filter((id) => wanted.includes('all') || wanted.includes(id)).map((id) => ({ id, ...all[id] }));
}
