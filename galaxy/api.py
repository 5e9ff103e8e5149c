"""The few calls to a Galaxy server's API that starting, filling and testing one needs."""

from __future__ import annotations

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_POLL_SECONDS = 1.0
_FINISHED = {"ok", "error", "failed_metadata", "empty", "discarded", "paused"}


@dataclass(frozen=True)
class Galaxy:
    """A server and a key of one of its users."""

    url: str
    key: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API; an error's text becomes the exception's."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"x-api-key": self.key, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.read().decode(errors='replace')[:500]}") from error

    def with_user(self, email: str) -> Galaxy:
        """Make a user, since the bootstrap key can own no history; return the server with the user's key."""
        body = {"username": email.partition("@")[0], "email": email, "password": secrets.token_hex(8)}
        user = self.call("POST", "/api/users", body)
        return Galaxy(self.url, self.call("POST", f"/api/users/{user['id']}/api_key"))

    def new_history(self, name: str) -> str:
        """Make a history; return its id."""
        return str(self.call("POST", "/api/histories", {"name": name})["id"])

    def load(self, history: str, files: Sequence[Path], collection: str = "") -> None:
        """Load files of this machine into a history, one by one or as a list collection of that name."""
        items = [{"src": "path", "path": str(path), "ext": _format(path), "name": path.name} for path in files]
        target: dict[str, Any] = {"destination": {"type": "hdas"}, "items": items}
        if collection:
            for item, path in zip(items, files, strict=True):
                item["name"] = path.stem
            target = {"destination": {"type": "hdca"}, "collection_type": "list", "name": collection, "items": items}
        self.call("POST", "/api/tools/fetch", {"history_id": history, "targets": [target]})

    def wait(self, history: str, seconds: float) -> list[dict[str, Any]]:
        """Wait until every dataset of a history is finished; return them."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            contents = self.call("GET", f"/api/histories/{history}/contents?details=all")
            datasets = [one for one in contents if one["history_content_type"] == "dataset"]
            if datasets and all(dataset["state"] in _FINISHED for dataset in datasets):
                return datasets
            time.sleep(_POLL_SECONDS)
        raise RuntimeError(f"the history {history} did not finish in {seconds:g} s")

    def new_list(self, history: str, elements: dict[str, str]) -> str:
        """Make a list collection of datasets (id by name) of a history; return its id."""
        identifiers = [{"name": name, "src": "hda", "id": dataset} for name, dataset in elements.items()]
        body = {"history_id": history, "collection_type": "list", "name": "list", "element_identifiers": identifiers}
        return str(
            self.call("POST", "/api/dataset_collections", body | {"type": "list", "instance_type": "history"})["id"]
        )

    def run(self, history: str, tool: str, inputs: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Run a tool and wait for its job; return the job with its messages."""
        started = self.call("POST", "/api/tools", {"history_id": history, "tool_id": tool, "inputs": inputs})
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.call("GET", f"/api/jobs/{started['jobs'][0]['id']}?full=true")
            if job["state"] in _FINISHED:
                return job
            time.sleep(_POLL_SECONDS)
        raise RuntimeError(f"the job of {tool} did not finish in {seconds:g} s")

    def import_workflow(self, path: Path) -> str:
        """Import a workflow file; return its id."""
        content = json.loads(path.read_text(encoding="utf-8"))
        return str(self.call("POST", "/api/workflows", {"workflow": content})["id"])


def _format(path: Path) -> str:
    """Galaxy's name of a file's format."""
    named = {".tsv": "tabular", ".txt": "tabular", ".loc": "txt", ".fa": "fasta"}
    return named.get(path.suffix, path.suffix.removeprefix("."))
