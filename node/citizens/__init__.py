"""What citizens see, without an account: the whole network, read from this node's own copies and index."""
