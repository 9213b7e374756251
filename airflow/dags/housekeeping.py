"""Keeps Airflow itself small: removes old runs and logs once a day."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.configuration import conf
from airflow.sdk import DAG, task

from runs import EVERY_DAY, run_settings

RUNS_ARE_KEPT = timedelta(days=30)
LOGS_ARE_KEPT = timedelta(days=7)


@task
def clean_database() -> None:
    """Run `airflow db clean`. Airflow hides the address of its database from tasks, so it comes in another variable."""
    before = (datetime.now(UTC) - RUNS_ARE_KEPT).isoformat()
    command = [sys.executable, "-m", "airflow", "db", "clean", "--clean-before-timestamp", before]
    options = ["--skip-archive", "--error-on-cleanup-failure", "--yes"]
    address = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": os.environ["AIRFLOW_METADATA_URL"]}
    subprocess.run([*command, *options], env=os.environ | address, check=True)


@task
def remove_logs() -> int:
    """Return the number of removed files."""
    oldest = (datetime.now(UTC) - LOGS_ARE_KEPT).timestamp()
    removed = 0
    for folder, _, files in os.walk(conf.get("logging", "base_log_folder"), topdown=False):
        for file in (Path(folder, name) for name in files):
            if file.lstat().st_mtime < oldest:
                file.unlink()
                removed += 1
        if not any(Path(folder).iterdir()) and Path(folder).stat().st_mtime < oldest:
            Path(folder).rmdir()
    return removed


with DAG("airflow_housekeeping", schedule=EVERY_DAY, doc_md=__doc__, **run_settings("housekeeping")):
    clean_database()
    remove_logs()
