// Writes grafana-dashboard.json: rows and panels are easier to read, and to change, here than in Grafana's JSON.
// usage: node make-dashboard.mjs > grafana-dashboard.json
const datasource = { type: 'prometheus', uid: '${source}' };
const panels = [];
let x = 0;
let y = 0;
let id = 0;

function row(title) {
  if (x) y += 8;
  x = 0;
  panels.push({ id: (id += 1), type: 'row', title, collapsed: false, gridPos: { h: 1, w: 24, x: 0, y }, panels: [] });
  y += 1;
}

function panel(title, type, unit, queries, { w = 8, thresholds } = {}) {
  if (x + w > 24) {
    x = 0;
    y += 8;
  }
  const steps = thresholds ?? [{ color: 'green', value: null }];
  panels.push({
    id: (id += 1),
    type,
    title,
    datasource,
    gridPos: { h: 8, w, x, y },
    fieldConfig: { defaults: { unit, thresholds: { mode: 'absolute', steps } }, overrides: [] },
    options: type === 'stat' ? { colorMode: 'background', reduceOptions: { calcs: ['lastNotNull'] } } : { legend: { displayMode: 'list', placement: 'bottom' } },
    targets: queries.map(([expr, legendFormat], n) => ({ refId: String.fromCharCode(65 + n), datasource, expr, legendFormat })),
  });
  x += w;
}

const alarm = (at) => ({ w: 4, thresholds: [{ color: 'green', value: null }, { color: 'red', value: at }] });

row('Ce qui ne doit jamais bouger');
panel('Invariants violés', 'stat', 'short', [['sum(smartmarket_invariant_violations)', '']], alarm(1));
panel('Unités survendues', 'stat', 'short', [['max(smartmarket_stock_oversold_units)', '']], alarm(1));
panel('Tâches abandonnées', 'stat', 'short', [['sum(smartmarket_jobs{state="dead"})', '']], alarm(1));
panel('Âge de la sauvegarde', 'stat', 's', [['time() - max(smartmarket_backup_last_success_timestamp_seconds)', '']], alarm(93600));
panel('Restauration vérifiée', 'stat', 's', [['time() - max(smartmarket_restore_verified_timestamp_seconds)', '']], alarm(691200));
row('Visiteurs');
panel('Requêtes par seconde', 'timeseries', 'reqps', [['sum by (status) (rate(http_server_request_duration_seconds_count[$__rate_interval]))', '{{status}}']]);
panel('Durée des pages', 'timeseries', 's', [
  ['histogram_quantile(0.5, sum by (le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))', 'p50'],
  ['histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))', 'p95'],
  ['histogram_quantile(0.99, sum by (le) (rate(http_server_request_duration_seconds_bucket[$__rate_interval])))', 'p99'],
]);
panel('Erreurs 5xx', 'timeseries', 'percentunit', [['sum(rate(http_server_request_duration_seconds_count{status=~"5.."}[$__rate_interval])) / sum(rate(http_server_request_duration_seconds_count[$__rate_interval]))', '5xx']]);
panel('Les routes les plus lentes (p95)', 'timeseries', 's', [['topk(8, histogram_quantile(0.95, sum by (le, route) (rate(http_server_request_duration_seconds_bucket[$__rate_interval]))))', '{{route}}']]);
panel('Requêtes en cours', 'timeseries', 'short', [['sum(http_server_active_requests)', 'en cours']]);
panel('Refus par limite de débit', 'timeseries', 'short', [['sum by (rule) (rate(smartmarket_rate_limited_total[$__rate_interval]))', '{{rule}}']]);
row('Commandes');
panel('Commandes par minute', 'timeseries', 'short', [['sum by (status) (rate(smartmarket_orders_total[$__rate_interval])) * 60', '{{status}}']]);
panel('Commandes refusées', 'timeseries', 'short', [['sum by (reason) (rate(smartmarket_checkout_refusals_total[$__rate_interval])) * 60', '{{reason}}']]);
panel('Demandes rejouées', 'timeseries', 'short', [['sum(rate(smartmarket_idempotent_replays_total[$__rate_interval])) * 60', 'rejouées']]);
panel('Connexions', 'timeseries', 'short', [['sum by (outcome) (rate(smartmarket_login_total[$__rate_interval])) * 60', '{{outcome}}']]);
panel('WebSockets ouvertes', 'timeseries', 'short', [['sum(smartmarket_ws_connections)', 'ouvertes'], ['sum by (reason) (rate(smartmarket_ws_dropped_total[$__rate_interval])) * 60', 'coupées : {{reason}}']]);
panel('Assistant', 'timeseries', 's', [['histogram_quantile(0.95, sum by (le) (rate(smartmarket_assistant_duration_seconds_bucket[$__rate_interval])))', 'p95']]);
panel('Assistant : réponses du modèle', 'timeseries', 'short', [['sum by (outcome) (rate(smartmarket_assistant_llm_total[$__rate_interval])) * 60', '{{outcome}}']]);
row('Tâches');
panel('File d’attente', 'timeseries', 'short', [['sum by (state) (smartmarket_jobs{state!="done"})', '{{state}}']]);
panel('La plus ancienne tâche prête', 'timeseries', 's', [['max by (topic) (smartmarket_job_oldest_ready_age_seconds)', '{{topic}}']]);
panel('Tâches finies par minute', 'timeseries', 'short', [['sum by (outcome) (rate(smartmarket_jobs_total[$__rate_interval])) * 60', '{{outcome}}']]);
panel('Durée des tâches (p95)', 'timeseries', 's', [['histogram_quantile(0.95, sum by (le, topic) (rate(smartmarket_job_duration_seconds_bucket[$__rate_interval])))', '{{topic}}']]);
panel('Courriels', 'timeseries', 'short', [['sum by (outcome) (rate(smartmarket_emails_total[$__rate_interval])) * 60', '{{outcome}}']]);
panel('Tâches périodiques : dernier succès', 'timeseries', 's', [['time() - smartmarket_cron_last_success_timestamp_seconds', '{{name}}']]);
row('Ressources');
panel('Connexions à PostgreSQL', 'timeseries', 'short', [['sum by (pool, state) (db_client_connections)', '{{pool}} {{state}}']]);
panel('Attente d’une connexion (p95)', 'timeseries', 's', [['histogram_quantile(0.95, sum by (le) (rate(db_client_connection_wait_seconds_bucket[$__rate_interval])))', 'attente']]);
panel('Redis (p95)', 'timeseries', 's', [['histogram_quantile(0.95, sum by (le) (rate(redis_command_duration_seconds_bucket[$__rate_interval])))', 'commande']]);
panel('Mémoire', 'timeseries', 'bytes', [['process_resident_memory_bytes{job=~"smartmarket.*"}', '{{instance}}']]);
panel('Processeur', 'timeseries', 'short', [['rate(process_cpu_seconds_total{job=~"smartmarket.*"}[$__rate_interval])', '{{instance}}']]);
panel('Version', 'table', 'short', [['smartmarket_build_info', '{{version}} {{git_sha}}']]);

const dashboard = {
  uid: 'smartmarket',
  title: 'SmartMarket',
  tags: ['smartmarket'],
  timezone: 'Europe/Paris',
  schemaVersion: 39,
  version: 1,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  templating: { list: [{ name: 'source', label: 'Source', type: 'datasource', query: 'prometheus' }] },
  panels,
};
process.stdout.write(`${JSON.stringify(dashboard, null, 1)}\n`);
