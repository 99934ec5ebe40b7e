"""Tantivy as it comes: its Italian stemmer and stop words, BM25 over four weighted texts."""

from collections.abc import Iterable
from pathlib import Path

import tantivy

from deploy.bench.copies import Record
from deploy.bench.peers.fields import FACETS, PAGE_SIZE, WEIGHTS, Question, codes, texts

HEAP_BYTES = 128_000_000
ITALIAN = "italian"


class Snowball:
    """An index in a folder of its own. It stores the titles, since it marks the hits by itself."""

    name = "tantivy, Snowball"

    def __init__(self, folder: Path):
        folder.mkdir()
        self.index = tantivy.Index(schema(), path=str(folder))
        self.index.register_tokenizer(ITALIAN, analyser())

    def fill(self, records: Iterable[Record]) -> None:
        writer = self.index.writer(HEAP_BYTES, 1)
        for origin, record, document in records:
            found = tantivy.Document()
            found.add_text("key", f"{origin}/{record}")
            for name, told in texts(document).items():
                found.add_text(name, told)
            for name, code in codes(document).items():
                if code:
                    found.add_text(f"code_{name}", code)
            writer.add_document(found)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()

    def close(self) -> None:
        """Nothing is held open between questions."""

    def best(self, question: Question, count: int) -> list[str]:
        """The keys of the first matches; any of the words makes a match, as in its query language."""
        searcher = self.index.searcher()
        found = searcher.search(self._query(question), count)
        return [searcher.doc(address).get_first("key") for _score, address in found.hits]

    def page(self, question: Question) -> int:
        """How many matches there are; their facets are counted and the titles of a page are marked."""
        searcher, query = self.index.searcher(), self._query(question)
        searcher.aggregate(query, {name: {"terms": {"field": f"code_{name}", "size": 500}} for name in FACETS})
        found = searcher.search(query, PAGE_SIZE)
        marks = tantivy.SnippetGenerator.create(searcher, query, self.index.schema, "title")
        for _score, address in found.hits:
            marks.snippet_from_doc(searcher.doc(address)).to_html()
        return int(found.count)

    def _query(self, question: Question) -> tantivy.Query:
        words, _faults = self.index.parse_query_lenient(question.typed, list(WEIGHTS), field_boosts=WEIGHTS)
        if question.comuni is None:
            return words
        within = tantivy.Query.term_set_query(self.index.schema, "code_comune", sorted(question.comuni))
        return tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, words if question.typed else tantivy.Query.all_query()),
                (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0)),
            ]
        )


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in WEIGHTS:
        builder.add_text_field(name, stored=name == "title", tokenizer_name=ITALIAN)
    for name in FACETS:
        builder.add_text_field(f"code_{name}", fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def analyser() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(40))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stopword("italian"))
        .filter(tantivy.Filter.stemmer("italian"))
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )
