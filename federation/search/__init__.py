"""Search over the public vacancies of the whole network, from this node's own disk.

    index.Writer(directory).follow(replica)           the worker, about once a second
    index.Index(directory)                            a reader, one per process
    understanding.understand(typed, index.employers()) filters and words in what somebody typed
    query.search(index, query.SearchRequest(…))       one answer: total, facets, the hits of a page
    suggesting.suggest(index, typed, now)             what to offer while somebody types
    similar.similar(index, document, now)             more work like this one
    text.highlight, text.snippet                      what to mark in the texts that the replica holds
    trades.suggest(title)                             the unit group that a title means

Reading order: stems, text, prose, places, titles, trade_names, trades, asking, understanding; then what the index holds:
employers, clusters, columns, documents, folder, group_titles, spelling, snapshot, index; then a question on its way to
its answer: request, words, matching, narrowing, counting, nearest, results, grouping, query, similar, suggesting.
"""
