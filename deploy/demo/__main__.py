"""`make demo`: set up what is missing, start the nine nodes, show how they fill, stay until Ctrl-C."""

import argparse
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from deploy.demo import building, watching
from deploy.demo.nodes import PASSWORD, PEOPLE, DemoNode, nine
from deploy.demo.processes import DemoFault, Processes

CHECKOUT = Path(__file__).parent.parent.parent
REFRESH_S = 2.0
SYNC_PATIENCE_S = 300.0


def main() -> int:
    asked = arguments()
    nodes = nine(asked.first_port)
    processes = Processes(asked.data)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, as_ctrl_c)
    try:
        return play(asked, nodes, processes)
    except DemoFault as fault:
        print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        with suppress(OSError):  # the terminal itself may be gone
            print("\nSpengo i nodi della dimostrazione…", flush=True)
        return 0
    finally:
        processes.stop_all()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="I nove Comuni come rete vera su questo computer.")
    parser.add_argument("--exit-when-synced", action="store_true", help="ferma tutto quando ogni nodo ha tutti i dati")
    parser.add_argument("--fresh", action="store_true", help="ricomincia da capo: butta i dati della volta scorsa")
    parser.add_argument("--data", type=Path, default=CHECKOUT / "demo-data", help="la cartella dei nove nodi")
    parser.add_argument("--first-port", type=int, default=8001, help="la porta del primo nodo")
    return parser.parse_args()


def as_ctrl_c(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def play(asked: argparse.Namespace, nodes: tuple[DemoNode, ...], processes: Processes) -> int:
    started = time.monotonic()
    processes.check_ports(nodes)
    if asked.fresh:
        shutil.rmtree(asked.data, ignore_errors=True)
    if building.is_built(asked.data):
        for node in nodes:
            processes.start(node)
        for node in nodes:
            processes.wait_for(node)
    else:
        print("Preparo i nove nodi (meno di un minuto)…", flush=True)
        building.build(asked.data, nodes, processes, lambda line: print(f"  {line}", flush=True))
    watch = Watch(asked.data, nodes, processes)
    synced_s = watch.until_synced(started, show=not asked.exit_when_synced)
    print(f"Ogni nodo ha tutti i dati: {watch.total} record per nodo, {synced_s:.1f} secondi dall’avvio.", flush=True)
    if asked.exit_when_synced:
        return 0
    print_welcome(nodes, asked.data)
    watch.for_ever()
    return 0


def print_welcome(nodes: tuple[DemoNode, ...], data: Path) -> None:
    first, second, fourth = nodes[0], nodes[1], nodes[3]
    print(f"""
Cittadino     {fourth.url}/            cerca su tutta la rete dal nodo di Ispra
Operatore     {second.url}/desk/       sportello di Gavirate
Coordinatore  {first.url}/coordinamento/
Accesso       {", ".join([*PEOPLE, "amministratore"])} — password {PASSWORD}
Ctrl-C spegne tutto. I dati restano in {data}/ (make demo ARGS=--fresh ricomincia da capo).
""", flush=True)  # fmt: skip


class Watch:
    """Looks at the nine replicas and draws the table; on a terminal in place, elsewhere only when it changes."""

    def __init__(self, root: Path, nodes: tuple[DemoNode, ...], processes: Processes):
        self.root, self.nodes, self.processes = root, nodes, processes
        self.total = 0
        self.drawn = 0

    def look(self) -> list[watching.Sight]:
        sights = [watching.look(self.root, node, self.processes.is_running(node)) for node in self.nodes]
        self.total = max(sight.total for sight in sights)
        return sights

    def until_synced(self, started: float, show: bool) -> float:
        """Seconds since `started` when every node held every record. Raises DemoFault after five minutes."""
        while True:
            sights = self.look()
            if show:
                self.draw(sights)
            if watching.is_synced(sights):
                return time.monotonic() - started
            if time.monotonic() - started > SYNC_PATIENCE_S:
                raise DemoFault(
                    f"I nodi non si sono allineati in cinque minuti: guarda i file node.log in {self.root}/."
                )
            time.sleep(0.25)

    def for_ever(self) -> None:
        self.drawn = 0
        while True:
            self.draw(self.look())
            time.sleep(REFRESH_S)

    def draw(self, sights: list[watching.Sight]) -> None:
        if not sys.stdout.isatty():
            return
        lines = watching.table(sights)
        up = f"\x1b[{self.drawn}A" if self.drawn else ""
        print(up + "".join(f"\x1b[2K{line}\n" for line in lines), end="", flush=True)
        self.drawn = len(lines)


if __name__ == "__main__":
    sys.exit(main())
