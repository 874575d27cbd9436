"""What is wrong with one delivery, collected while it is looked at, so that one message tells everything."""

from __future__ import annotations

from pathlib import Path


class Refusal:
    """Collects the faults of one delivery; each names the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []

    def add(self, file: str, sentence: str) -> None:
        """Add a fault of a file."""
        self.faults.append(f"{file}: {sentence}")

    def unreadable(self, wrong: OSError) -> None:
        """Add that the system does not let a file be read."""
        path = Path(wrong.filename or self.folder)
        name = path.relative_to(self.folder).as_posix() if path != self.folder else str(path)
        self.add(name, f"it cannot be read ({wrong.strerror}); check its name and rights")
