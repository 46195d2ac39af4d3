-- The role that Grafana reads with; run it as the owner of the tables, again after every `uproar migrate`.
-- It reads what the panels show: no author, no parent's text, no evidence, no raw letter, no message. It changes nothing.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grafana_reader') THEN
    CREATE ROLE grafana_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 20;
  END IF;
END
$$;
ALTER ROLE grafana_reader SET default_transaction_read_only = on;
ALTER ROLE grafana_reader SET statement_timeout = '20s';

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM grafana_reader;
GRANT USAGE ON SCHEMA public TO grafana_reader;
GRANT SELECT ON buckets, rollups, concern_buckets, concern_rollups TO grafana_reader;
GRANT SELECT (post_id, watch, source, created_at, lang, sentiment, stage, stance, voice) ON reactions TO grafana_reader;
GRANT SELECT (id, post_id, stage, sentiment, stance, voice) ON corrections TO grafana_reader;
GRANT SELECT (id, text, url) ON posts TO grafana_reader;
GRANT SELECT (watch, signal, state, started_at, resolved_at, explanation) ON spikes TO grafana_reader;
GRANT SELECT (watch, source, started_at, ended_at, filled_at, reason) ON gaps TO grafana_reader;
