"""Prepares a server for the services: the newest schema, log-ins, Airflow's database: python -m db.prepare

Run as the database's owner, DATABASE_URL, before a release starts. Idempotent. Each log-in has only the rights that its
service needs. It is created, or gets a new password, if its password is in the environment.
"""

import os
from pathlib import Path

import psycopg2
from alembic import command
from alembic.config import Config
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import encrypt_password
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from fitburn.settings import Settings, read_settings

ALEMBIC = Path(__file__).with_name("alembic.ini")

AIRFLOW = "fitburn_airflow"
AIRFLOW_DATABASE = "airflow"

# Log-in and the role that it inherits. Airflow is not listed: the marts belong to the owner.
MEMBERSHIPS = {"fitburn_services": "fitburn_app", "fitburn_analyst": "analyst", "fitburn_grafana": "grafana"}


class OwnerSettings(Settings):
    database_url: SecretStr


class Passwords(Settings):
    """By name of the log-in; None: the log-in is neither created nor changed."""

    model_config = SettingsConfigDict(env_prefix="FITBURN_", frozen=True, extra="ignore", env_ignore_empty=True)

    services_password: SecretStr | None = None
    analyst_password: SecretStr | None = None
    grafana_password: SecretStr | None = None
    airflow_password: SecretStr | None = None

    def of(self, log_in: str) -> str | None:
        password = getattr(self, f"{log_in.removeprefix('fitburn_')}_password")
        return password.get_secret_value() if password else None


def main() -> None:
    owner, passwords = read_settings(OwnerSettings), read_settings(Passwords)
    url = owner.database_url.get_secret_value().replace("postgresql+psycopg2://", "postgresql://", 1)
    os.environ["DATABASE_URL"] = url  # read by the migrations
    command.upgrade(Config(ALEMBIC), "head")
    print("The schema is the newest.")
    connection = psycopg2.connect(url, connect_timeout=10)
    connection.autocommit = True
    try:
        make_log_ins(connection, passwords)
    finally:
        connection.close()


def make_log_ins(connection: Connection, passwords: Passwords) -> None:
    for log_in, role in MEMBERSHIPS.items():
        if password := passwords.of(log_in):
            make_log_in(connection, log_in, password)
            run(connection, "grant {} to {}", role, log_in)
            print(f"{log_in} can log in, with the rights of {role}.")
    if password := passwords.of(AIRFLOW):
        make_log_in(connection, AIRFLOW, password)
        # Replacing marts takes the owner's rights on the tables. SET stays off, because the owner may be a superuser.
        run(connection, "grant {} to {} with inherit true, set false", connection.info.user, AIRFLOW)
        make_airflow_database(connection)
        print(f"{AIRFLOW} can log in, builds the marts and has the database {AIRFLOW_DATABASE}.")


def make_log_in(connection: Connection, name: str, password: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select from pg_roles where rolname = %s", [name])
        verb = "alter" if cursor.rowcount else "create"
        # Never in plain text: the server may log the statement.
        secret = encrypt_password(password, name, scope=connection, algorithm="scram-sha-256")
        statement = sql.SQL(f"{verb} role {{}} login password {{}}")
        cursor.execute(statement.format(sql.Identifier(name), sql.Literal(secret)))


def make_airflow_database(connection: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select from pg_database where datname = %s", [AIRFLOW_DATABASE])
        if cursor.rowcount:
            return
    run(connection, "create database {}", AIRFLOW_DATABASE)
    run(connection, "grant all on database {} to {}", AIRFLOW_DATABASE, AIRFLOW)
    run(connection, "alter database {} owner to {}", AIRFLOW_DATABASE, AIRFLOW)


def run(connection: Connection, statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


if __name__ == "__main__":
    main()
