"""`sportello`: the administrator's commands. Here only how they are typed; what they do stands in `node/commands`."""

import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from node import __version__
from node.app import DOORS
from node.commands import (
    administration,
    codes,
    demonstration,
    founding,
    keeping,
    keys,
    network,
    retaining,
    serving,
    vacancies,
    verifying,
)
from node.commands.faults import HERE, Trouble, told
from node.commands.options import agreed, data_option, json_option, node_at, show
from node.core.actors import ROLES


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sportello", help="Dice la versione.")
def cli() -> None:
    """Il nodo di un Comune nella rete Le città del lavoro."""


@cli.command()
@data_option
@click.option(
    "--comune", "comuni", multiple=True, required=True, help="Nome o codice ISTAT; più volte per un’unione di Comuni."
)
@click.option("--id", help="Identificativo nella rete, che non cambia mai; altrimenti dal nome del comune.")
@click.option("--name", help="Come si chiama l’ente nelle pagine; altrimenti «Comune di …».")
@click.option(
    "--url", default=founding.USUAL_URL, show_default=True, help="L’indirizzo con cui gli altri raggiungono il nodo."
)
@click.option(
    "--set", "more", multiple=True, metavar="NOME=VALORE", help="Un’altra impostazione di node.toml; più volte."
)
def init(
    data: Path, comuni: tuple[str, ...], id: str | None, name: str | None, url: str, more: tuple[str, ...]
) -> None:
    """Crea un nodo: cartella, chiavi, database, primo amministratore.

    La password dell’amministratore si vede una volta sola. Con SPORTELLO_PASSWORD nell’ambiente la scegli tu.
    """
    settings = founding.settings_for(comuni, id, name, url) | founding.more_settings(more)
    chosen = os.environ.get("SPORTELLO_PASSWORD")
    password = founding.found_node(data, settings, chosen)
    click.echo(f"Il nodo {settings['id']} ({settings['name']}) è pronto in {data}.")
    click.echo("Nome utente: amministratore")
    if chosen is None:
        click.echo(f"Password:    {password}   (scrivila: non si vedrà più)")
    click.echo(f"Per accenderlo: sportello run --data {data} --port 8000")


def doors(_context: click.Context, _option: click.Parameter, typed: str) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in typed.split(","))
    if not set(wanted) <= set(DOORS):
        raise click.BadParameter(f"«{typed}». Ci sono: {', '.join(DOORS)}.")
    return wanted


@cli.command()
@data_option
@click.option("--port", type=click.IntRange(1, 65535), required=True, help="La porta su cui ascoltare.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="L’indirizzo su cui ascoltare; davanti va un proxy."
)
@click.option("--serve", default=",".join(DOORS), show_default=True, callback=doors, help="Quali porte aprire.")
def run(data: Path, port: int, host: str, serve: tuple[str, ...]) -> None:
    """Accende il nodo: pagine e lavori di fondo in un processo.

    Senza `desk` in --serve non apre né il database dello sportello né le chiavi, e non fa i lavori di fondo.
    """
    serving.run(node_at(data), host, port, serve)


@cli.command()
@data_option
def worker(data: Path) -> None:
    """Fa solo i lavori di fondo, accanto a pagine servite da altri processi."""
    serving.work(node_at(data))


@cli.group("network")
def network_group() -> None:
    """La rete e i suoi membri."""


@network_group.command("create")
@data_option
@click.option("--name", required=True, help="Il nome della rete.")
@click.option(
    "--root-keys",
    required=True,
    type=click.Path(path_type=Path),
    help="Dove esportare le chiavi di radice: poi spostale, fuori dai computer della rete.",
)
@click.option("--keys", default=3, show_default=True, help="Quante chiavi di radice.")
@click.option("--threshold", default=2, show_default=True, help="Quante ne bastano insieme.")
@click.option("--poll-every", "poll_every_s", type=int, help="Ogni quanti secondi i nodi si leggono.")
@click.option("--head-every", "head_every_s", type=int, help="Ogni quanti secondi un nodo conferma le sue offerte.")
def network_create(data: Path, name: str, root_keys: Path, keys: int, threshold: int, **periods: int | None) -> None:
    """Fonda una rete di cui questo nodo è capofila."""
    given = {period: value for period, value in periods.items() if value is not None}
    roster = network.create(node_at(data), name, root_keys, keys, threshold, given)
    click.echo(f"La rete «{name}» è fondata (identificativo {roster.network}).")
    click.echo(f"Le chiavi di radice sono in {root_keys}: affidale a {keys} persone e togli la cartella da qui.")


@network_group.command("invite")
@data_option
@click.option("--id", required=True, help="L’identificativo del nodo invitato.")
@click.option("--comune", "comuni", multiple=True, help="Nome o codice ISTAT; più volte per un’unione.")
@click.option("--name", help="Come si chiama l’ente; altrimenti «Comune di …».")
@click.option(
    "--again", is_flag=True, help="Invita un membro a tornare con chiavi nuove: quelle di prima non valgono più."
)
@json_option
def network_invite(data: Path, id: str, comuni: tuple[str, ...], name: str | None, again: bool, as_json: bool) -> None:
    """Invita un nodo. L’invito vale 72 ore e una volta sola: dallo solo a chi lo usa."""
    if again:
        invitation = network.invite_again(node_at(data), id)
    elif not comuni:
        raise Trouble("Di quale Comune è il nodo? Aggiungi --comune, più volte per un’unione.")
    else:
        wanted = founding.settings_for(comuni, id, name, founding.USUAL_URL)
        invitation = network.invite(node_at(data), id, wanted["name"], tuple(wanted["comuni"]))
    if as_json:
        show({"token": invitation.token(), "expires_at": invitation.expires_at.isoformat()})
    else:
        click.echo(invitation.token())


@network_group.command("join")
@data_option
@click.argument("token")
@click.option("--patience", default=120, show_default=True, help="Quanti secondi aspettare la risposta del capofila.")
@click.option(
    "--via",
    multiple=True,
    help="Un membro che fa da tramite, se nessuno può raggiungere questo nodo; più volte: meglio due.",
)
def network_join(data: Path, token: str, patience: int, via: tuple[str, ...]) -> None:
    """Entra in una rete con l’invito TOKEN."""
    roster = network.join(node_at(data), token, patience, via)
    click.echo(f"Il nodo fa parte della rete «{roster.name}» con {len(roster.members)} membri.")


@network_group.command("members")
@data_option
@json_option
def network_members(data: Path, as_json: bool) -> None:
    """Elenca i membri, con quello che si tiene di ognuno."""
    found = network.members(node_at(data))
    if as_json:
        show(found)
    for each in () if as_json else found:
        click.echo(
            f"{each['id']:32} {each['role']:9} {each['records']:6} {each['confirmed_at'] or 'mai confermato':26} {reached_at(each)}"
        )


def reached_at(member: dict[str, Any]) -> str:
    return member["url"] or f"tramite {', '.join(member['via'])}"


@network_group.command("relay")
@data_option
@click.argument("id")
@click.option("--stop", is_flag=True, help="Non lo è più.")
def network_relay(data: Path, id: str, stop: bool) -> None:
    """Nomina il membro ID tramite: oltre i 60 membri tutti leggono i tramiti, che leggono tutti."""
    network.appoint_relay(node_at(data), id, not stop)
    click.echo(f"{id} non è più un tramite." if stop else f"{id} è un tramite della rete.")


@network_group.command("remove")
@data_option
@click.argument("id")
def network_remove(data: Path, id: str) -> None:
    """Toglie il membro ID: gli altri nodi dimenticano quello che ha pubblicato."""
    network.remove(node_at(data), id)
    click.echo(f"{id} non fa più parte della rete.")


root_key_option = click.option(
    "--root-key",
    "root_keys",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Una chiave di radice; più volte, quante ne servono insieme.",
)


@network_group.command("handover")
@data_option
@root_key_option
@click.option(
    "--alone",
    is_flag=True,
    help="Anche se nessun membro risponde: se altrove c’è un elenco più nuovo, la rete si spezza in due.",
)
def network_handover(data: Path, root_keys: tuple[Path, ...], alone: bool) -> None:
    """Fa di questo nodo il capofila. Si dà sul nodo nuovo; quello di prima può anche non esserci più.

    Servono le chiavi di radice esportate con `network create`. Prima il nodo chiede agli altri l’elenco dei membri più
    nuovo; il capofila di prima e gli altri sanno poi da soli del cambio.
    """
    roster = network.take_over(node_at(data), root_keys, alone)
    click.echo(f"Questo nodo è il capofila della rete «{roster.name}». Gli altri lo sanno appena lo leggono.")
    click.echo("Riporta le chiavi di radice al sicuro. Gli inviti ancora aperti vanno fatti di nuovo, da qui.")


@network_group.command("deputy")
@data_option
@click.argument("id")
@root_key_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Il file per la chiave del vice.")
def network_deputy(data: Path, id: str, root_keys: tuple[Path, ...], out: Path) -> None:
    """Fa del membro ID il vice, che conferma l’elenco dei membri se il capofila tace. Si dà sul capofila."""
    network.name_deputy(node_at(data), id, root_keys, out)
    click.echo(f"La chiave del vice è in {out}: portala al nodo {id} e togli il file da qui. Là si dà:")
    click.echo(f"sportello network stand-in {out.name} --data CARTELLA")


@network_group.command("stand-in")
@data_option
@click.argument("key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def network_stand_in(data: Path, key: Path) -> None:
    """Fa di questo nodo il vice del capofila, con la chiave nel file KEY."""
    network.stand_in(node_at(data), key)
    click.echo("Questo nodo è il vice: se il capofila tace per un giorno, conferma l’elenco dei membri al suo posto.")
    click.echo(f"La chiave è al suo posto: togli {key}.")


@cli.group("keys")
def keys_group() -> None:
    """Le chiavi di questo nodo. Il nodo deve essere spento."""


@keys_group.command("rotate")
@data_option
@click.option("--patience", default=120, show_default=True, help="Quanti secondi aspettare la risposta del capofila.")
def keys_rotate(data: Path, patience: int) -> None:
    """Passa a una chiave di firma nuova. Quella di prima vale ancora una settimana, poi si toglie da sola."""
    keys.rotate(node_at(data), patience)
    click.echo("Il nodo ha una chiave di firma nuova. Accendilo: firma di nuovo tutto quello che ha in rete.")


@keys_group.command("replace")
@data_option
@click.argument("token", required=False)
@click.option("--patience", default=120, show_default=True, help="Quanti secondi aspettare la risposta del capofila.")
def keys_replace(data: Path, token: str | None, patience: int) -> None:
    """Dopo un furto: chiavi nuove, con l’invito TOKEN del capofila; quelle di prima non valgono più da subito."""
    keys.replace(node_at(data), token, patience)
    click.echo("Le chiavi di prima non valgono più. Accendi il nodo: firma di nuovo tutto quello che ha in rete.")


@cli.group("operator")
def operator_group() -> None:
    """Gli account dello sportello."""


@operator_group.command("add")
@data_option
@click.argument("username")
@click.option("--name", required=True, help="Nome e cognome, come si vedono nelle pagine.")
@click.option("--role", type=click.Choice(ROLES), default=ROLES[0], show_default=True, help="Che cosa può fare.")
def operator_add(data: Path, username: str, name: str, role: str) -> None:
    """Crea un account; la password si vede una volta sola (o scegliila con SPORTELLO_PASSWORD)."""
    chosen = os.environ.get("SPORTELLO_PASSWORD")
    password = administration.add_operator(node_at(data), username, name, role, chosen)
    click.echo(
        f"Account {username} creato." + ("" if chosen else f" Password: {password}   (scrivila: non si vedrà più)")
    )


@operator_group.command("reset-factor")
@data_option
@click.argument("username")
def operator_reset_factor(data: Path, username: str) -> None:
    """Azzera il secondo fattore di chi ha perso telefono e codici di recupero; ogni suo accesso si chiude."""
    administration.reset_factor(node_at(data), username)
    click.echo(f"Per {username} basta di nuovo la password.")


@cli.group("codes")
def codes_group() -> None:
    """Gli elenchi ufficiali di professioni."""


@codes_group.command("import")
@data_option
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def codes_import(data: Path, file: Path, as_json: bool) -> None:
    """Importa da FILE i nomi delle professioni: il pacchetto CSV di ESCO, o la CP2021 dell’ISTAT (.xlsx, .csv).

    Servono a riconoscere la professione dal titolo di un’offerta e nelle ricerche. Un secondo file della stessa fonte
    sostituisce il primo. Per la CP2021 ci vuole mezzo minuto.
    """
    config = node_at(data)
    outcome = codes.import_codes(config, file)
    if as_json:
        show(outcome.numbers)
    for line in () if as_json else outcome.lines:
        click.echo(line)
    if not as_json:
        click.echo(f"Gli elenchi sono in {config.codes}: il nodo li legge da solo.")


cli.add_command(vacancies.group, "vacancies")


@cli.command()
@data_option
@click.argument("peers", nargs=-1, metavar="[ID]…")
def pull(data: Path, peers: tuple[str, ...]) -> None:
    """Legge adesso gli altri nodi, tutti o solo quelli indicati."""
    rounds = administration.pull(node_at(data), peers)
    for each in rounds:
        click.echo(f"{each.peer:32} {each.fault or f'{each.new} nuovi, {each.refused} rifiutati'}")
    if any(each.fault for each in rounds):
        raise Trouble("Non tutti i nodi hanno risposto.", code=1)


@cli.group("demo")
def demo_group() -> None:
    """Giocare con i nodi di «make demo»."""


demo_option = click.option(
    "--data",
    default="demo-data",
    show_default=True,
    type=click.Path(path_type=Path),
    help="La cartella della dimostrazione.",
)


@demo_group.command("cut")
@click.argument("node")
@demo_option
def demo_cut(node: str, data: Path) -> None:
    """Isola il nodo NODE: non legge più gli altri e gli altri non leggono lui."""
    minutes = demonstration.cut(data, node)
    click.echo(f"{node} è isolato. I suoi cittadini e il suo sportello continuano a lavorare.")
    click.echo(f"Sugli altri nodi le sue offerte diventano incerte dopo {minutes} minuti: guarda «Rete» e i risultati.")
    click.echo(f"Per farlo tornare: sportello demo heal {node}")


@demo_group.command("heal")
@click.argument("node")
@demo_option
def demo_heal(node: str, data: Path) -> None:
    """Fa tornare nella rete il nodo NODE."""
    demonstration.heal(data, node)
    click.echo(f"{node} è di nuovo nella rete: in pochi secondi gli altri lo leggono.")


@cli.command()
@data_option
def reindex(data: Path) -> None:
    """Ricostruisce l’indice di ricerca dalle copie; il nodo deve essere spento."""
    click.echo(f"{administration.reindex(node_at(data))} offerte nell’indice.")


@cli.command()
@data_option
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def backup(data: Path, file: Path, as_json: bool) -> None:
    """Salva il nodo in FILE (o nella cartella FILE); può restare acceso.

    Dentro ci sono i dati dello sportello, le impostazioni, le chiavi e l’elenco dei membri: chi ha il file può leggere
    tutto e firmare a nome del Comune. Tienilo su un disco cifrato, fuori da questa macchina.
    """
    path, made = keeping.back_up(node_at(data), file)
    if as_json:
        show({"file": str(path)} | made.as_json())
        return
    click.echo(f"Copia di sicurezza fatta e riletta: {path} ({-(-path.stat().st_size // 1000)} kB)")
    click.echo("Contiene le chiavi del nodo e i dati dello sportello: tienila su un disco cifrato, fuori da qui.")
    click.echo(f"Per rimetterla: sportello restore {path} --data {data}")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@data_option
@click.option("--alone", is_flag=True, help="Riparti anche senza sentire nessun altro nodo. Serve --reason.")
@click.option("--reason", default="", help="Perché gli altri nodi non si possono sentire.")
@click.option("--yes", is_flag=True, help="Non chiedere conferma.")
def restore(file: Path, data: Path, alone: bool, reason: str, yes: bool) -> None:
    """Rimette il nodo salvato in FILE.

    Quello che c’è adesso in --data non si perde: viene messo da parte. Il nodo deve essere spento.
    """
    told = keeping.checked(file)
    click.echo(f"{told.name} ({told.id}), com’era il {told.made_at:%d/%m/%Y alle %H:%M} UTC, torna in {data}.")
    if alone:
        click.echo("Con --alone il nodo non chiede agli altri che cosa ha pubblicato dopo quella copia:")
        click.echo("le offerte pubblicate dopo spariranno dalla rete e andranno scritte di nuovo.")
    if not yes and not agreed("Continuo?"):
        raise Trouble("Non è stato cambiato niente.", code=1)
    config = keeping.restore(data, file, alone, reason, click.echo)
    click.echo("I dati sono di nuovo al loro posto. Controllo:")
    report(verifying.verify(config))
    click.echo("")
    click.echo(f"Adesso accendi il nodo: sportello run --data {data} --port 8000")
    if alone:
        click.echo("Pubblica subito, senza aspettare nessuno.")
    else:
        click.echo(
            "Lo sportello si apre subito. Le offerte si pubblicano appena risponde un altro Comune: da lì tornano"
        )
        click.echo(
            "quelle pubblicate dopo la copia, che trovi in «Offerte › Da completare». Come va si legge in «Rete»."
        )


@cli.group("privacy")
def privacy_group() -> None:
    """Quanto restano i dati delle persone."""


@privacy_group.command("retention")
@data_option
@json_option
@click.option("--dry-run", is_flag=True, help="Dice soltanto che cosa farebbe.")
def privacy_retention(data: Path, as_json: bool, dry_run: bool) -> None:
    """Applica i termini di conservazione: lo fa da sé anche il nodo acceso, ogni ora. Dice solo id casuali."""
    due = retaining.retain(node_at(data), dry_run)
    if as_json:
        show(due._asdict())
        return
    for heading, refs in (
        ("Da avvisare: si cancellano tra trenta giorni", due.name),
        ("Tolte dall’elenco: sono di nuovo seguite, o la scheda è cambiata", due.spare),
        ("Da cancellare oggi" if dry_run else "Cancellate", due.erase),
    ):
        click.echo(f"{heading}: {len(refs)}")
        for ref in refs:
            click.echo(f"  {ref}")


@cli.command()
@data_option
@json_option
def verify(data: Path, as_json: bool) -> None:
    """Controlla il nodo pezzo per pezzo: firme, numeri, copie, indice. Non cambia niente; il nodo può essere acceso."""
    findings = verifying.verify(node_at(data))
    if as_json:
        found = list(findings)
        show([asdict(each) for each in found])
    else:
        found = report(findings)
    if not all(each.is_fine for each in found):
        raise Trouble("Qualcosa non va: vedi sopra che cosa fare.", code=1)


def report(findings: Iterable[verifying.Finding]) -> list[verifying.Finding]:
    """Print one line each as soon as it is known, and what to do; the findings."""
    found = []
    for each in findings:
        found.append(each)
        usual = " Si rimette a posto al prossimo avvio." if each.mends_at_start else ""
        click.echo(
            f"{'ok ' if each.is_well else '·· ' if each.is_fine else 'NO '} {each.subject:14} {each.told}{usual}"
        )
        if each.advice and not each.is_fine:
            click.echo(f"{'':18} → {each.advice}")
    return found


@cli.command()
@data_option
@json_option
def status(data: Path, as_json: bool) -> None:
    """Come sta il nodo: versioni, registro, copie, indice, membri."""
    found = administration.status(node_at(data))
    if as_json:
        show(found)
    else:
        for line in administration.in_words(found):
            click.echo(line)


def main() -> None:
    """The entry point: every fault that can be foreseen ends as one plain line on standard error."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(HERE)
    except Exception as fault:
        lines, code = told(fault)
        for line in lines:
            click.echo(line, err=True)
        sys.exit(code)
