"""Whether a file stands where a resource may stand, and is the resource that its name says."""

from __future__ import annotations

from collections.abc import Iterator

from entragit import manifest, settings
from entragit.layout import SUFFIX, address_of
from entragit.resources.catalog import CATALOG, ROOTS
from entragit.streams import resource_of
from entragit.strict import suggestion
from entragit.validate.findings import Finding, Known

_FILES = (settings.PATH, manifest.PATH)


def misplaced(path: str) -> bool:
    """Whether `path` lies where only resources may, and is none."""
    return path.split("/")[0] in ROOTS and not (address_of(path, CATALOG) or resource_of(path, CATALOG))


def place(path: str) -> Iterator[Finding]:
    """Says that a file is no resource's: in a kind's folder, or where somebody may have mistyped one."""
    folder, _, name = path.rpartition("/")
    if misplaced(path):
        reason = f"there is no kind {folder}" if folder not in CATALOG else f"its name does not end in {SUFFIX}"
        hint = suggestion(folder, CATALOG) if folder not in CATALOG else ""
        yield Finding(
            path, 0, 0, "error", f"not a resource, for {reason}, and export removes it{hint or '; move it elsewhere'}"
        )
    elif name.endswith((SUFFIX, ".yml")) and path not in _FILES and address_of(path, CATALOG) is None:
        files = [*_FILES, *(f"{kind}{SUFFIX}" for kind in CATALOG if CATALOG[kind].shape == "singleton")]
        if hint := suggestion(folder, CATALOG) if folder else suggestion(name, files):
            yield Finding(path, 0, 0, "error", f"not a file that entragit reads{hint}")


def identity(path: str, kind: str, address: str, own: str, known: Known) -> Iterator[Finding]:
    """Compares the name of a file with the id in it ("": it has none)."""
    if CATALOG[kind].shape == "singleton":
        return
    owner, current = known.owners.get(address), known.index.ids.get(own)
    if owner and not own:
        advice = "write it back to change that object, or choose another file name to create one"
        yield Finding(path, 0, 0, "error", f"the id is missing from the file of {owner}; {advice}")
    elif owner and own != owner:
        advice = "write the old id back, or choose another file name"
        yield Finding(path, 0, 0, "error", f"the file is that of {owner}, and the id in it is {own}; {advice}")
    elif current and current != address:
        message = f"the id in it is that of {current}, whose name the next export gives the file again"
        yield Finding(path, 0, 0, "warning", message)
    elif own and not current and not known.former(own, address):
        chosen = CATALOG[kind].title == "id"  # by an administrator
        advice = "correct it, unless it is new" if chosen else "correct it, or leave out `id` to create an object"
        yield Finding(path, 0, 0, "warning", f"no snapshot knows the id {own}; {advice}")
