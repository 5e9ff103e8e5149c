"""What every executable shares: version, help, --debug, one-sentence errors, and the options that recur."""

from __future__ import annotations

import csv
import functools
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import click

from srna_tools.cli import slots
from srna_tools.cli.stopping import stopping_in_order
from srna_tools.cli.streams import arose_while_printing, lead_stdout_nowhere, open_closed_streams
from srna_tools.errors import InputError, SrnaToolsError, on_one_line
from srna_tools.features import FEATURE_TYPES
from srna_tools.io import unfinished
from srna_tools.io.full_disk import reason_of
from srna_tools.version import VERSION

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
# What TensorFlow, scikit-learn and numpy all take, with room for the seeds of folds and repeats.
_LARGEST_SEED = 2**31 - 1
_LOST_WORKER = (
    "a worker process was ended from outside, most likely since the memory was used up; grant the job more memory, or "
    "use fewer --threads"
)
FRACTION = click.FloatRange(0, 1)

Function = Callable[..., Any]


class Process(click.Command):
    """A command that, as a program of its own, can be stopped in order; called as a function it is as any other."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Run as the program: this is what console scripts call."""
        open_closed_streams()
        with stopping_in_order(self.name or ""):
            return self.main(*arguments, **named)


class NumberList(click.ParamType[tuple[float, ...]]):
    """Comma-separated numbers, such as ``1000,250,250``, within bounds."""

    name = "numbers"

    def __init__(self, kind: type[int] | type[float], low: float, high: float = float("inf")) -> None:
        self.kind, self.low, self.high = kind, low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """Parse the text, or fail as a usage error."""
        try:
            numbers = tuple(self.kind(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"'{value}' is not a list of numbers such as 1000,250,250", param, ctx)
        if not all(self.low <= number <= self.high for number in numbers):
            self.fail(f"'{value}' has a number outside {self.low:g} to {self.high:g}", param, ctx)
        return numbers


class NameList(click.ParamType[tuple[str, ...]]):
    """Comma-separated names, such as ``liver,lung``; one that holds a comma stands in quotation marks."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Take the text apart, or fail as a usage error."""
        names = tuple(name.strip() for row in csv.reader([str(value)], skipinitialspace=True) for name in row)
        if not names or not all(names):
            self.fail(f"'{value}' is not a list of names such as liver,lung", param, ctx)
        return names


def with_options(options: Sequence[Callable[[Function], Function]], function: Function) -> Function:
    """Add options to a command, in the order in which its help lists them."""
    return functools.reduce(lambda decorated, option: option(decorated), reversed(options), function)


def executable(name: str) -> Callable[[Function], click.Command]:
    """Make a function the executable `name`: errors that a user can mend become one sentence and exit code 1."""

    def decorate(function: Function) -> click.Command:
        @functools.wraps(function)
        def run(*, debug: bool, **options: Any) -> None:
            _log_to_stderr(name)
            try:
                _require_outputs(click.get_current_context())
                if "threads" in options and (complaint := slots.complaint()):
                    logging.getLogger("srna_tools").warning("%s", complaint)
                function(**options)
            except SrnaToolsError as error:
                _fail(name, str(error), error, debug)
            except MemoryError as error:
                _fail(name, "the machine has too little memory for this input", error, debug)
            except BrokenExecutor as error:
                _fail(name, _LOST_WORKER, error, debug)
            except OSError as error:
                if not arose_while_printing(error):
                    _fail(name, f"{error.filename or 'a file'}: {_reason(error)}", error, debug)
                lead_stdout_nowhere()
                if not (isinstance(error, BrokenPipeError) and _all_is_written(click.get_current_context())):
                    _fail(name, f"the summary cannot be printed: {_reason(error)}", error, debug)

        command = click.command(
            name, Process, context_settings={"max_content_width": 100}, epilog="For research use only."
        )(run)
        command = click.option("--debug", is_flag=True, help="Show the full traceback of an error.")(command)
        return click.version_option(VERSION, prog_name=name, message="%(version)s")(command)

    return decorate


def _fail(name: str, sentence: str, error: BaseException, debug: bool) -> None:
    if debug:
        raise error
    click.echo(f"{name}: {on_one_line(sentence)}", err=True)
    sys.exit(1)


def _reason(error: OSError) -> str:
    return reason_of(error) or error.strerror or str(error)


def _all_is_written(context: click.Context) -> bool:
    """Whether all outputs are there, so that a reader of the summary who went away misses nothing else."""
    return all(
        unfinished.is_finished(path)
        for option in context.command.params
        if option.type is NEW_FILE
        for path in _paths(context, option)
    )


def _require_outputs(context: click.Context) -> None:
    """Refuse outputs that cannot be written before the work starts, and those that would replace an input."""
    files = [(path, option.type is NEW_FILE) for option in context.command.params for path in _paths(context, option)]
    inputs = {path.resolve() for path, is_output in files if not is_output}
    outputs = [path for path, is_output in files if is_output]
    folders = [path for path in _read_paths(context) if path.is_dir()]
    taken = Counter([*inputs, *(path.resolve() for path in outputs)])
    for path in outputs:
        if taken[path.resolve()] > 1:
            raise InputError(path, "is the name of two files of this call; choose another output")
        inside = [folder for folder in folders if _is_in(path, folder)]
        if inside:
            raise InputError(path, f"is a file of the input folder {inside[0]}; choose another output")
        if path.exists() and not path.is_file():
            raise InputError(path, "is not a regular file; choose another output")
        _require_writable(path, path.parent)
    for option in context.command.params:
        for path in _paths(context, option) if option.type is NEW_FOLDER else ():
            _require_writable(path, next(place for place in (path, *path.absolute().parents) if place.exists()))


def _require_writable(path: Path, folder: Path) -> None:
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(path, f"cannot be written: {folder} is no folder that may be written to")


def _read_paths(context: click.Context) -> list[Path]:
    """Files and folders that are read."""
    options = [option for option in context.command.params if option.type not in (NEW_FILE, NEW_FOLDER)]
    return [path for option in options for path in _paths(context, option)]


def _is_in(path: Path, folder: Path) -> bool:
    """Whether a file is there that reading the folder would find, under this name or as what a link leads to."""
    return path.exists() and folder.resolve() in (path.parent.resolve(), path.resolve().parent)


def _paths(context: click.Context, option: click.Parameter) -> list[Path]:
    given = context.params.get(option.name or "")
    return [path for path in (given if isinstance(given, tuple) else [given]) if isinstance(path, Path)]


def _log_to_stderr(name: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(f"{name}: %(levelname)s: %(message)s"))
    logger = logging.getLogger("srna_tools")
    logger.handlers = [handler]
    logger.setLevel(logging.WARNING)
    logger.propagate = False


def available_threads() -> int:
    """GALAXY_SLOTS where Galaxy sets it, else the cores that this process may use."""
    return slots.granted_cores() or slots.usable_cores()


def threads_option(function: Function) -> Function:
    """``--threads``, by default what Galaxy or the machine allows."""
    return click.option(
        "--threads", type=click.IntRange(1), default=available_threads, show_default="GALAXY_SLOTS or all cores",
        help="How many cores may be used; results do not depend on it.",
    )(function)  # fmt: skip


def feature_types_option(help_text: str) -> Callable[[Function], Function]:
    """``--feature-types`` of the steps that can do with some kinds of RNA."""
    return click.option("--feature-types", multiple=True, type=click.Choice(FEATURE_TYPES), help=help_text)


def replicate_options(function: Function) -> Function:
    """``--replicate-column`` and ``--replicates`` of the steps that combine technical replicates."""
    how = click.option(
        "--replicates", type=click.Choice(("sum", "mark", "deepest")), default="sum", show_default=True,
        help="Add up the runs, mark them in the column replicate_of, or keep the one with most reads.",
    )  # fmt: skip
    column = click.option(
        "--replicate-column", help="Column that names the experiment of each run; runs of one experiment are combined."
    )
    return column(how(function))


def seed_option(function: Function) -> Function:
    """``--seed`` of every step in which chance plays."""
    return click.option("--seed", type=click.IntRange(0, _LARGEST_SEED), default=0, show_default=True,
                        help="Start of the random numbers; the same seed gives the same result.")(function)  # fmt: skip


def output_option(help_text: str, required: bool = True) -> Callable[[Function], Function]:
    """``-o/--output``, the main output."""
    return click.option("-o", "--output", type=NEW_FILE, required=required, help=help_text)
