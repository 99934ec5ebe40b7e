"""A card as a page shows it: what `Cards` says of a vacancy, put into its markup."""

from markupsafe import Markup, escape

from node.citizens.cards import Card
from node.core.markup import address_of, joined, safe


def face(card: Card, level: int = 2) -> Markup:
    """The card; `level` is that of its heading."""
    grey = " freshness-grey" if card.is_grey else ""
    snippet = f'<p class="it-card-text offer-snippet">{card.snippet}</p>' if card.snippet else ""
    return joined(
        f"""<article class="it-card border rounded offer">
<h{level} class="it-card-title h5"><a href="{escape(card.url)}">{card.title}</a></h{level}>
<div class="it-card-body">
<p class="offer-who">{safe(card.employer)}{badges(card)}</p>
<ul class="icon-list">{facts(card)}</ul>
{snippet}{elsewhere(card)}</div>
<footer class="it-card-footer offer-from"><span class="freshness{grey}">{safe(card.fresh)} · {safe(card.published)}</span>\
<button class="offer-keep d-print-none" type="button" data-keep="{escape(card.key)}" hidden></button></footer>
</article>"""
    )


def badges(card: Card) -> str:
    return "".join([f' <span class="badge bg-{tone}">{safe(word)}</span>' for word, tone in card.badges])


def facts(card: Card) -> str:
    """Where, what and for how much."""
    sprite = safe(address_of("static", filename="vendor/icons.svg"))
    icon = f'<li><svg class="icon icon-sm" aria-hidden="true"><use href="{sprite}#'
    told = f'{icon}it-map-marker"></use></svg><span>{safe(card.where)}</span></li>\n'
    told += f'{icon}it-file"></use></svg><span>{safe(card.work)}</span></li>\n'
    return f'{told}{icon}it-card"></use></svg><strong>{safe(card.pay)}</strong></li>\n' if card.pay else told


def elsewhere(card: Card) -> str:
    """The same vacancy as others posted it."""
    if not card.also:
        return ""
    others = [
        f'<li><a href="{escape(each.url)}">{escape(each.title)}</a><span>{safe(each.where)} · {safe(each.source)}</span></li>'
        for each in card.also
    ]
    return f'<details class="offer-also">\n<summary>{safe(card.also_label)}</summary>\n<ul>{"".join(others)}</ul>\n</details>\n'
