"""Keeps Airflow itself small: runs and logs that nobody looks at any more are removed once a day."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.configuration import conf
from airflow.sdk import DAG, task

sys.path.append(str(Path(__file__).parent))  # not every way of loading a DAG does

from marts import EVERY_DAY, RUNS

RUNS_ARE_KEPT = timedelta(days=30)
LOGS_ARE_KEPT = timedelta(days=7)


@task
def clean_database() -> None:
    """`airflow db clean`. A task is kept away from Airflow's database, so its address comes under a name of its own."""
    before = (datetime.now(UTC) - RUNS_ARE_KEPT).isoformat()
    command = [sys.executable, "-m", "airflow", "db", "clean", "--clean-before-timestamp", before]
    options = ["--skip-archive", "--error-on-cleanup-failure", "--yes"]
    address = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": os.environ["AIRFLOW_METADATA_URL"]}
    subprocess.run([*command, *options], env=os.environ | address, check=True)


@task
def remove_logs() -> int:
    """The number of files that were removed."""
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


settings: dict[str, Any] = {name: value for name, value in RUNS.items() if name not in ("params", "tags")}

with DAG("airflow_housekeeping", schedule=EVERY_DAY, doc_md=__doc__, tags=["housekeeping"], **settings):
    clean_database()
    remove_logs()
