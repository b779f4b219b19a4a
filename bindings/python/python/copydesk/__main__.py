"""The program copydesk, as `copydesk` or `python -m copydesk`."""

import signal
import sys

from ._copydesk import _run_program


def main() -> None:
    """Runs the program with the arguments of this process, and exits with its status."""
    # The program ends at Ctrl-C at once, as one without an interpreter does.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_run_program(["copydesk", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
