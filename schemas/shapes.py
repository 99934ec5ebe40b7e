"""The shapes of the names that travel between nodes: ids, codes, places, digests.

A shape is not a list of what exists: a document written by a newer node may carry codes that this one has never heard of,
and they must pass here and be shown as "altro".
"""

import re

_NODE = r"(?!(?:public|members)$)[a-z0-9-]{3,40}"  # head:public and head:members are no node's heads
NODE_ID = re.compile(_NODE)
RECORD_ID = re.compile(r"[a-z0-9][a-z0-9:-]{2,63}")
KIND = re.compile(r"[a-z][a-z0-9-]{0,31}")
AUDIENCE = re.compile(rf"public|members:[0-9a-f]{{16}}|sealed:{_NODE}")
EXTENSION = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,63}")
SHA256 = re.compile(r"[0-9a-f]{64}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,39}")
ISTAT = re.compile(r"\d{6}", re.ASCII)
COUNTRY = re.compile(r"[A-Z]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
MONTH = re.compile(r"20\d{2}-(?:0[1-9]|1[0-2])", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)  # digests cover it as text: one spelling
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
