"""The records of jobs: what ran in the image, what ran elsewhere, and what never started."""

from __future__ import annotations

import sqlite3

import pytest

IMAGE = "localhost/srna-tools:1.2.3"
SCHEMA = """
    CREATE TABLE job (id INTEGER, tool_id TEXT, state TEXT, exit_code INTEGER, job_runner_external_id TEXT, info TEXT);
    CREATE TABLE job_container_association (job_id INTEGER, container_name TEXT);
    CREATE TABLE job_metric_text (job_id INTEGER, metric_name TEXT, metric_value TEXT);
    CREATE TABLE job_metric_numeric (job_id INTEGER, metric_name TEXT, metric_value REAL);
"""


@pytest.fixture
def records(script):
    return script("job_records")


@pytest.fixture
def database(tmp_path):
    """Write a database with jobs, each with its container and the image of that."""

    def write(*jobs):
        path = tmp_path / "universe.sqlite"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.executescript(SCHEMA)
        for number, (tool, state, exit_code, process, container, image) in enumerate(jobs, 1):
            connection.execute(
                "INSERT INTO job VALUES (?, ?, ?, ?, ?, ?)", (number, tool, state, exit_code, process, None)
            )
            if container:
                connection.execute("INSERT INTO job_container_association VALUES (?, ?)", (number, container))
            for name, value in (("container_id", image), ("uname", "Linux")):
                if value:
                    connection.execute("INSERT INTO job_metric_text VALUES (?, ?, ?)", (number, name, value))
            if exit_code is not None:
                connection.execute("INSERT INTO job_metric_numeric VALUES (?, 'galaxy_slots', 2.0)", (number,))
        connection.commit()
        connection.close()
        return path

    return write


RIGHT = ("srna_import", "ok", 0, "101", "one", IMAGE)
FAILED = ("srna_predict", "error", 1, "102", "two", IMAGE)
STOPPED = ("srna_predict", "deleted", None, "102", "two", None)
REFUSED = ("srna_predict", "error", None, None, None, None)


def test_jobs_in_the_image_are_counted_and_those_that_never_started_are_named(records, database):
    jobs = records.read(database(RIGHT, FAILED, REFUSED, ("__DATA_FETCH__", "ok", 0, "5", None, None)))
    assert [job.tool for job in jobs] == ["srna_import", "srna_predict", "srna_predict"]
    assert [job.slots for job in jobs] == [2.0, 2.0, None]
    said = records.require_image(jobs, IMAGE, {"one": IMAGE, "two": IMAGE}, ["srna_import", "srna_predict"])
    assert said.splitlines() == [
        f"2 jobs of 2 tools ran in {IMAGE}, by the records of Galaxy and of the engine",
        "not started, so in no container: job 3 of srna_predict (error)",
    ]


@pytest.mark.parametrize(
    ("job", "started", "why"),
    [
        (("srna_predict", "ok", 0, "7", None, None), {}, "Galaxy sent it into no container"),
        (("srna_predict", "ok", 0, None, None, None), {}, "Galaxy sent it into no container"),
        (("srna_predict", "ok", 0, "7", "two", "other:1"), {}, "Galaxy sent it into other:1"),
        (FAILED, {}, "the engine did not start its container two"),
        (FAILED, {"two": "other:1"}, "the engine started other:1"),
        (STOPPED, {}, "the engine did not start its container two"),
    ],
)
def test_a_job_elsewhere_is_refused_by_name(records, database, job, started, why):
    jobs = records.read(database(RIGHT, job))
    with pytest.raises(records.RecordError, match="1 of 2 jobs did not run in") as refusal:
        records.require_image(jobs, IMAGE, {"one": IMAGE} | started, ["srna_import"])
    assert f"job 2 of srna_predict ({job[1]}): {why}" in str(refusal.value)


def test_of_a_job_that_was_stopped_the_engine_knows_the_image(records, database):
    jobs = records.read(database(RIGHT, STOPPED))
    said = records.require_image(jobs, IMAGE, {"one": IMAGE, "two": IMAGE}, ["srna_import"])
    assert said.startswith("2 jobs of 2 tools ran in")


def test_a_tool_of_which_nothing_ran_is_named(records, database):
    jobs = records.read(database(RIGHT, REFUSED))
    with pytest.raises(records.RecordError, match="no job of these tools ran: srna_predict"):
        records.require_image(jobs, IMAGE, {"one": IMAGE}, ["srna_import", "srna_predict"])


def test_the_database_is_only_read(records, database, tmp_path):
    path = database(RIGHT)
    before = path.read_bytes()
    records.read(path)
    assert path.read_bytes() == before
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        records.read(tmp_path / "missing.sqlite")
    assert not (tmp_path / "missing.sqlite").exists()


def test_every_job_ran_the_programs_of_one_folder(records, database, tmp_path):
    programs, folder = tmp_path / "programs.txt", tmp_path / "bin"
    jobs = records.read(database(RIGHT, FAILED, REFUSED))
    programs.write_text(f"{folder}/srna-import\n" * 2)
    assert records.require_program(jobs, programs, folder) == f"2 jobs ran with the programs of {folder}"
    programs.write_text(f"{folder}/srna-import\n/usr/bin/srna-import\n")
    with pytest.raises(records.RecordError, match=r"others: \['/usr/bin/srna-import'\]"):
        records.require_program(jobs, programs, folder)
    programs.write_text(f"{folder}/srna-import\n")
    with pytest.raises(records.RecordError, match="2 jobs ran, but 1 of them"):
        records.require_program(jobs, programs, folder)
    programs.unlink()
    with pytest.raises(records.RecordError, match="but 0 of them"):
        records.require_program(jobs, programs, folder)


def test_every_job_had_the_cores_of_its_tool(records, database):
    jobs = records.read(database(RIGHT, FAILED, REFUSED))
    said = records.require_slots(jobs, {"srna_import": 2, "srna_predict": 2})
    assert said == "they had the cores of their tools: srna_import 2, srna_predict 2"
    with pytest.raises(records.RecordError, match=r": job 2 of srna_predict \(error\) had 2, not 4$"):
        records.require_slots(jobs, {"srna_import": 2, "srna_predict": 4})
    with pytest.raises(records.RecordError, match="of srna_predict nothing is known"):
        records.require_slots(records.read(database(RIGHT, STOPPED)), {"srna_import": 2, "srna_predict": 2})
