"""The data folder: for its owner alone."""

from pathlib import Path

from gosight.config import ConfigError


def prepared(folder: Path) -> Path:
    """Make the folder where it is missing, with mode 0700. One that is there keeps its mode; doctor looks at that."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise ConfigError(f"the data folder {folder} is a file; expected a folder") from None
    except OSError as error:
        raise ConfigError(f"cannot make the data folder {folder}: {error.strerror}") from None
    return folder


def control_file(folder: Path) -> Path:
    return folder / "gosight.db"


def project_folder(folder: Path, number: int) -> Path:
    """Where everything is that only one project has; it goes with the project."""
    return folder / "projects" / str(number)
