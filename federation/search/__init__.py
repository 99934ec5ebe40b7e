"""Search over the public vacancies of the whole network, from this node's own disk.

    index.Writer(directory).follow(replica)           the worker, about once a second
    index.Index(directory)                            a reader, one per process
    query.search(index, query.SearchRequest(…))       one answer: total, facets, the hits of a page
    text.highlight, text.snippet                      what to mark in the texts that the replica holds

Reading order: stems, text, places, documents, folder, spelling, snapshot, index, words, request, nearest, query.
"""
