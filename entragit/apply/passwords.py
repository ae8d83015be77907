"""Passwords that nobody sees, for accounts that Graph doesn't make without one."""

from __future__ import annotations

import string
from random import Random

LENGTH = 32
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.!#%+=@")


def password(random: Random) -> str:
    """A random password with characters of all four classes that Entra counts. `random`: must not be predictable."""
    letters = [random.choice(characters) for characters in _CLASSES]
    letters += random.choices("".join(_CLASSES), k=LENGTH - len(letters))
    random.shuffle(letters)
    return "".join(letters)
