-- The two roles, the database and who may do what in it. May be run again at any time, by psql as a
-- superuser:   OKR_OWNER_PASSWORD=… OKR_APP_PASSWORD=… psql -f bootstrap.sql postgres
--
-- okr_owner owns the tables, migrates, and is what reviewed SECURITY DEFINER functions run as.
-- okr_app is what web, worker and beat are: owns nothing, may become nobody, and is bound by
-- row-level security.
\set ON_ERROR_STOP on
\if :{?database}
\else
  \set database okr
\endif
\getenv owner_password OKR_OWNER_PASSWORD
\getenv app_password OKR_APP_PASSWORD

SELECT 'CREATE ROLE okr_owner'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'okr_owner') \gexec
SELECT 'CREATE ROLE okr_app'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'okr_app') \gexec
ALTER ROLE okr_owner LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
ALTER ROLE okr_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS;
\if :{?owner_password}
  ALTER ROLE okr_owner PASSWORD :'owner_password';
\endif
\if :{?app_password}
  ALTER ROLE okr_app PASSWORD :'app_password';
\endif

-- The owner of the database may create the trusted extensions that the migrations ask for.
SELECT format('CREATE DATABASE %I OWNER okr_owner', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

\connect :"database"
GRANT USAGE, CREATE ON SCHEMA public TO okr_owner;
GRANT USAGE ON SCHEMA public TO okr_app;
-- What the owner makes from now on is readable and writable, but never owned, by the application.
ALTER DEFAULT PRIVILEGES FOR ROLE okr_owner
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO okr_app;
ALTER DEFAULT PRIVILEGES FOR ROLE okr_owner
  GRANT USAGE, SELECT ON SEQUENCES TO okr_app;
