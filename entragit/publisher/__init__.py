"""What a finished snapshot does to the repository: `prepare` looks where things stand, `publish` moves them on."""

from entragit.publisher.joining import Merging
from entragit.publisher.publish import TRIES, Outcome, publish
from entragit.publisher.standing import Standing, prepare

__all__ = ["TRIES", "Merging", "Outcome", "Standing", "prepare", "publish"]
