"""The recipe of docs/fleet.md with multi-gitter, against a forge made here: some answers of Gitea, git's server.

    python benchmarks/multi_gitter.py DIRECTORY [PROGRAM]

PROGRAM is multi-gitter.  The forge has an organization with a repository to fix, one of two modules, one to fix in
part, one with nothing but a refusal, one with nothing, one that Go can't read, and one without Go.  Prints what the
commands of the page say, which pull requests there are, and what they change.  Exit status 1 if these are not those
of the first three, or change other files.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

OWNER = "acme"
LOOP = """
func {name}(paths []string) (int64, error) {{
	var total int64
	for _, path := range paths {{
		f, err := os.Open(path)
		if err != nil {{
			return 0, err
		}}
		defer f.Close(){more}
		st, err := f.Stat()
		if err != nil {{
			return 0, err
		}}
		total += st.Size()
	}}
	return total, nil
}}
"""
SAFE = LOOP.format(name="Safe", more="")
REFUSED = "\nvar kept []*os.File\n" + LOOP.format(name="Refused", more="\n\t\tkept = append(kept, f)")
HEAD = 'package p\n\nimport "os"\n'
REPOSITORIES = {
    "billing": {"p.go": HEAD + SAFE},
    "two": {
        "p.go": HEAD + SAFE,
        "tools/go.mod": "module example.com/two/tools\n\ngo 1.22\n",
        "tools/p.go": HEAD + SAFE,
        "testdata/go.mod": "module example.com/two/testdata\n\ngo 1.22\n",
        "testdata/p.go": HEAD + SAFE,
    },
    "mixed": {"p.go": HEAD + SAFE + REFUSED},
    "refused": {"p.go": HEAD + REFUSED},
    "quiet": {"p.go": "package p\n\nfunc F() {}\n"},
    "other": {"README.md": "Not Go.\n"},
    "broken": {"p.go": HEAD + SAFE + "\nfunc G() { undefined() }\n"},
}
EXPECTED = {"billing": ["p.go"], "two": ["p.go", "tools/p.go"], "mixed": ["p.go"]}


class Forge(ThreadingHTTPServer):
    """Repositories of one organization, and the pull requests that were asked for."""

    def __init__(self, directory: Path) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.directory = directory
        self.requests: dict[str, list[dict[str, Any]]] = {name: [] for name in REPOSITORIES}
        self.address = f"http://127.0.0.1:{self.server_port}"

    def repository(self, name: str) -> dict[str, Any]:
        return {
            "id": 1 + list(REPOSITORIES).index(name),
            "name": name,
            "full_name": f"{OWNER}/{name}",
            "owner": {"id": 1, "login": OWNER, "username": OWNER},
            "clone_url": f"{self.address}/{OWNER}/{name}.git",
            "default_branch": "main",
        }

    def opened(self, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        """A pull request."""
        number = len(self.requests[name]) + 1
        ends = {
            end: {
                "label": asked[end],
                "ref": asked[end],
                "sha": git(self.directory / OWNER / f"{name}.git", "rev-parse", asked[end]),
                "repo": self.repository(name),
            }
            for end in ("base", "head")
        }
        url = f"{self.address}/{OWNER}/{name}/pulls/{number}"
        made = {"id": number, "number": number, "title": asked["title"], "state": "open", "html_url": url, **ends}
        self.requests[name].append(made)
        return made


class Answer(BaseHTTPRequestHandler):
    """Gitea's API, as far as multi-gitter asks it, and repositories over http."""

    server: Forge
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/api/v1/version":
            self._json({"version": "1.22.0"})
        elif path == f"/api/v1/orgs/{OWNER}/repos":
            self._json([self.server.repository(name) for name in REPOSITORIES] if "page=1" in query else [])
        elif found := re.fullmatch(rf"/api/v1/repos/{OWNER}/(\w+)(/pulls|/commits/\w+/status)?", path):
            name, rest = found.groups("")
            if rest == "/pulls":
                self._json(self.server.requests[name])
            else:
                self._json({"statuses": []} if rest else self.server.repository(name))
        else:
            self._git(path, query)

    def do_POST(self) -> None:
        path, _, query = self.path.partition("?")
        if found := re.fullmatch(rf"/api/v1/repos/{OWNER}/(\w+)/pulls(/\d+/requested_reviewers)?", path):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._json([] if found[2] else self.server.opened(found[1], asked), 201)
        else:
            self._git(path, query)

    def log_message(self, *_: object) -> None:
        pass

    def _json(self, data: object, status: int = 200) -> None:
        self._send(status, {"Content-Type": "application/json"}, json.dumps(data).encode())

    def _git(self, path: str, query: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        own = {
            "GIT_PROJECT_ROOT": str(self.server.directory),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "multi-gitter",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, env={**os.environ, **own}, capture_output=True, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self._send(int(fields.pop("Status", "200").split()[0]), fields, content)

    def _send(self, status: int, fields: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {**fields, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def main(directory: str, program: str = "multi-gitter") -> int:
    """Do what the page says."""
    work = Path(directory).absolute()
    shutil.rmtree(work, ignore_errors=True)
    for name, files in REPOSITORIES.items():
        module = {"go.mod": f"module example.com/{name}\n\ngo 1.22\n"} if "p.go" in files else {}
        made(work / OWNER / f"{name}.git", {**module, **files})
    page = (Path(__file__).parents[1] / "docs" / "fleet.md").read_text().partition("## With multi-gitter\n")[2]
    script, first, report, second = re.findall(r"^```\w+\n(.*?)^```$", page, re.M | re.S)
    (work / "fix-modules.sh").write_text(script)
    (work / "fix-modules.sh").chmod(0o755)
    forge = Forge(work)
    threading.Thread(target=forge.serve_forever, daemon=True).start()
    own = {
        **os.environ,
        "DEFERMOD_CACHE_DIR": str(work / "cache"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GITEA_TOKEN": "none",
    }
    flags = f" --platform gitea --base-url {forge.address} --author-name P --author-email p@example.com "

    def say(command: str) -> None:
        command = command.replace("multi-gitter run", f"{shlex.quote(program)} run{flags}")
        print(f"$ {command}", flush=True)
        print(f"exit status {subprocess.run(command, shell=True, cwd=work, env=own, check=False).returncode}\n")

    say(first)
    (work / "list").write_text("".join(f"{forge.repository(name)['clone_url']}\n" for name in REPOSITORIES))
    say("defermod fleet run list --db fleet.db -- fix --diff")
    say(report)
    say(second)
    changed = {}
    for name, requests in forge.requests.items():
        if requests:
            bare = work / OWNER / f"{name}.git"
            print(name, [one["title"] for one in requests], git(bare, "diff", "main", "defermod/loops"), sep="\n")
            changed[name] = git(bare, "diff", "--name-only", "main", "defermod/loops").split()
    return 0 if changed == EXPECTED else 1


def made(bare: Path, files: Mapping[str, str]) -> None:
    """Make a bare repository with one commit, which takes pushes."""
    bare.mkdir(parents=True)
    git(bare, "init", "-q", "--bare", "-b", "main")
    stream = "commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 5\nfirst\n"
    for path, content in files.items():
        stream += f"M 100644 inline {path}\ndata {len(content)}\n{content}\n"
    git(bare, "fast-import", "--quiet", stdin=stream)


def git(directory: Path, *arguments: str, stdin: str | None = None) -> str:
    """git's output in a directory; it must not fail."""
    done = subprocess.run(
        ["git", *arguments], cwd=directory, input=stdin, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
