"""How the node and the network are doing, for operators, administrators and machines."""
