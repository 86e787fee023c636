"""`python -m gosight` and the command `gosight`."""

import sys

from gosight import cli


def main() -> None:
    sys.exit(cli.main(sys.argv[1:]))


if __name__ == "__main__":
    main()
