"""Trains the encoder of the `news` pipeline and the heads that read it. See ../README.md."""
import os

COPYDESK = os.environ.get("COPYDESK", "copydesk")  # the program
