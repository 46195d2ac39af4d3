-- For psql: the role's password, out of the environment.
\getenv password GRAFANA_DATABASE_PASSWORD
ALTER ROLE grafana_reader PASSWORD :'password';
