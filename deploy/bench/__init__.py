"""What the program costs, measured on whole processes and over HTTP, beside a reference taken in the same run.

Milliseconds belong to a machine and a moment; ratios to a reference that ran beside them do not. Therefore every figure
is a median of several runs and stands next to what bare Flask, the node's own /healthz or plain SQLite did meanwhile.
"""
