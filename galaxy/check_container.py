"""Test the suite as an administrator installs it: from its Tool Shed archives, with jobs that run in its container.

``make test-container`` runs it: builds the images, checks them, then starts a Galaxy whose tools come from the unpacked
archives and whose jobs run in the image: as another user than root, on a read-only root, without network, with the
cores that the configuration for TPV gives them. All tests of all wrappers pass there, and the records of the jobs say
that they ran there. The exit code is 69 where containers cannot be built or run. Nothing that this starts is left.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import job_records
import job_resources
from api import Galaxy
from archives import build
from configuration import SIDE_BY_SIDE
from container_jobs import ContainerJobs
from installed import install
from places import CHECKOUT, GALAXY, REPORTS, settings
from server import free_port, running
from tool_tests import run_tests

CONTAINERS = CHECKOUT / "containers"
_RESOURCES = CHECKOUT / "galaxy" / "jobs" / "tpv.yml"


def build_images() -> ContainerJobs:
    """Build the images and check them; return the engine and the image for Galaxy's jobs."""
    sys.path.append(str(CONTAINERS))
    from engine import engine
    from images import CANNOT, image

    for program in ("build.py", "check.py"):
        code = subprocess.run([sys.executable, str(CONTAINERS / program)], check=False).returncode
        if code == CANNOT:
            print("containers cannot be tested here; the reason stands above", flush=True)
            sys.exit(CANNOT)
        if code:
            sys.exit(f"containers/{program} failed")
    return ContainerJobs(engine().podman, image("full"))


def check(containers: ContainerJobs, folder: Path) -> None:
    """Run the tests of all tools of the archives in the image, and require that the records say so."""
    image = containers.image_id()
    repositories, tables = install(build(folder / "archives"), folder)
    tools = [one.wrapper for one in repositories]
    chosen = settings(
        folder / "server", free_port(), tools, tables, folder / "tool-data", containers=containers, resources=_RESOURCES
    )
    chosen.root.mkdir()
    with running(chosen, GALAXY):
        galaxy = Galaxy(chosen.url, chosen.admin_key).with_user(chosen.administrator)
        run_tests(galaxy, chosen.admin_key, "tools_in_containers", tools)
        jobs = job_records.read(chosen.database)
        slots = {one.tool: min(one.cores, SIDE_BY_SIDE) for one in job_resources.read()}
        print(job_records.require_image(jobs, containers.image, containers.started(), list(slots)))
        print(job_records.require_slots(jobs, slots))
        containers.start_forgotten()
    if containers.image_id() != image:
        sys.exit(f"{containers.image} is another image now than before the tests")
    if left := containers.left():
        sys.exit(f"containers are left: {', '.join(left)}")
    print(f"the suite passed in {containers.image} (image {image[:12]}, user {containers.user}, read-only, no network)")


def main() -> None:
    """Run everything; the first failure ends it with exit code 1."""
    REPORTS.mkdir(exist_ok=True)
    containers = build_images()
    with tempfile.TemporaryDirectory(prefix="srna-tools-container-") as folder:
        check(containers, Path(folder))


if __name__ == "__main__":
    main()
