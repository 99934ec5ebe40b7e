"""A page as somebody reads it: its text, its links by what they say or are named, the fields of its forms."""

from html.parser import HTMLParser


class Page(HTMLParser):
    def __init__(self, response):
        super().__init__()
        self.status = response.status_code
        self.links, self.named, self.addresses, self.fields, self.words = {}, {}, [], [], []
        self._href, self._said = None, []
        self.feed(response.text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a":
            self._href, self._said = attrs.get("href"), []
            self.addresses.append(self._href)
            if "aria-label" in attrs:
                self.named[attrs["aria-label"]] = self._href
        elif tag in ("input", "option"):
            self.fields.append(attrs)

    def handle_endtag(self, tag):
        if tag == "a" and self._href:
            self.links.setdefault(self._readable(self._said).removesuffix(" togli"), self._href)

    def handle_data(self, data):
        self.words.append(data)
        self._said.append(data)

    @staticmethod
    def _readable(words):
        return " ".join("".join(words).split())

    @property
    def text(self):
        return self._readable(self.words)

    def ticked(self):
        return {(field["name"], field["value"]) for field in self.fields if "checked" in field}

    def value(self, name):
        """What stands in the first field of that name."""
        return next(field.get("value") for field in self.fields if field.get("name") == name)
