"""The floor of an export: the same requests with bare httpx and json, the raw objects into git fast-import.

No retries, no coverage, no canonical form, no comments, no comparison with the last snapshot, everything in memory.
Arguments: a file with the requests that an export sent, and a directory for a new bare repository.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import httpx

WIDTH = 8
"""Requests in flight, as many as entragit has."""

GUID = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

Objects = dict[str, dict[str, Any]]


def main() -> None:
    """Read the tenant, write the repository."""
    with open(sys.argv[1], encoding="utf-8") as file:
        requests = json.load(file)
    write(asyncio.run(read(requests)), sys.argv[2])


async def read(requests: list[dict[str, Any]]) -> Objects:
    """Path → raw object, relationships inside; later pages are followed, so `requests` holds only first ones."""
    objects: Objects = {}
    root = os.environ["ENTRAGIT_GRAPH_URL"]
    limits = httpx.Limits(max_connections=WIDTH, max_keepalive_connections=WIDTH)
    async with httpx.AsyncClient(base_url=root, verify=os.environ["SSL_CERT_FILE"], limits=limits) as http:
        http.headers["Authorization"] = f"Bearer {await _token(http)}"
        waiting = iter(requests)

        async def work() -> None:
            for request in waiting:
                await _answer(http, request, objects)

        await asyncio.gather(*(work() for _ in range(WIDTH)))
    return objects


async def _token(http: httpx.AsyncClient) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["AZURE_CLIENT_ID"],
        "client_secret": os.environ["AZURE_CLIENT_SECRET"],
        "scope": "https://graph.microsoft.com/.default",
    }
    answer = await http.post(f"/{os.environ['AZURE_TENANT_ID']}/oauth2/v2.0/token", data=form)
    return str(answer.json()["access_token"])


async def _answer(http: httpx.AsyncClient, request: dict[str, Any], objects: Objects) -> None:
    target, headers = request["target"], request["headers"]
    if request["method"] == "GET":
        await _follow(http, target, headers, await _json(http.get(target, headers=headers)), objects)
        return
    sent = {item["id"]: item for item in json.loads(request["body"])["requests"]}
    found = await _json(http.post(target, content=request["body"], headers=headers))
    for response in found["responses"]:
        item = sent[response["id"]]
        if response["status"] == 200:
            await _follow(http, item["url"], item.get("headers", {}), response["body"], objects)


async def _json(answer: Any) -> Any:
    response = await answer
    if response.status_code != 404:  # an export asks for what a reference names, too
        response.raise_for_status()
    return json.loads(response.content)


async def _follow(http: httpx.AsyncClient, target: str, headers: dict[str, str], page: Any, objects: Objects) -> None:
    path = unquote(target.partition("?")[0]).removeprefix("/v1.0").strip("/")
    while True:
        if not path.endswith("/delta"):
            _keep(path, page, objects)
        if not (link := page.get("@odata.nextLink")):
            return
        page = await _json(http.get(link, headers=headers))


def _keep(path: str, page: Any, objects: Objects) -> None:
    """Put a page of a collection, of a relationship ("groups/1c…/members"), or a single object where it belongs."""
    if "error" in page:
        return
    if "value" not in page:
        objects.setdefault(path, {}).update(page)
        return
    owner, _, name = path.partition("/microsoft.graph.")[0].rpartition("/")
    if GUID.search(owner):
        objects.setdefault(owner, {}).setdefault(name, []).extend(page["value"])
        return
    for element in page["value"]:
        name = element.get("id") or str(len(objects))  # a partner, say, has none
        objects.setdefault(f"{path}/{name}", {}).update(element)


def write(objects: Objects, directory: str) -> None:
    """One commit of one JSON file per object."""
    subprocess.run(["git", "init", "--quiet", "--bare", directory], check=True)
    importer = ["git", "-C", directory, "fast-import", "--quiet", "--done"]
    with subprocess.Popen(importer, stdin=subprocess.PIPE) as git:
        for chunk in _stream(objects):
            git.stdin.write(chunk)
    if git.returncode:
        raise SystemExit(f"git fast-import ended with {git.returncode}")


def _stream(objects: Objects) -> Iterator[bytes]:
    yield b"commit refs/heads/raw\ncommitter floor <> 0 +0000\ndata 0\n"
    for path in sorted(objects):
        data = json.dumps(objects[path]).encode()
        yield b'M 100644 inline "%s.json"\ndata %d\n%s\n' % (path.encode(), len(data), data)
    yield b"done\n"


if __name__ == "__main__":
    main()
