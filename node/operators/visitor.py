"""Who stands at the door, as far as it shows: an address, and a browser told in words that its owner recognises."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
"""Each calls itself by the names of those that stand after it too."""

SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Visitor:
    """`browser` in words, None when it says nothing that we know; `device`: the token that we gave it, if it is ours.

    `session`: the token of the session that it holds until now, if any.
    """

    address: str
    browser: str | None = None
    device: str | None = None
    session: str | None = None

    @property
    def network(self) -> str:
        """The address, or of an IPv6 address what one household has of it: the first 64 bits."""
        try:
            parsed = ip_address(self.address)
        except ValueError:
            return self.address
        return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else self.address


def browser_in_words(user_agent: str) -> str | None:
    """`Firefox, Windows`: a name of each kind at most, and nothing of what the browser has made up itself."""
    known = [next((name for sign, name in names.items() if sign in user_agent), None) for names in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in known if name) or None
