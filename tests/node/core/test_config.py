from datetime import date

import pytest

from node.core.config import SETTINGS, Config, ConfigFault, load

WHOLE = 'id = "gavirate"\nname = "Comune di Gavirate"\ncomuni = ["012072"]\nurl = "https://lavoro.example.it"\n'


@pytest.fixture
def told(tmp_path):
    """`told(text, environment)`: the settings of a folder whose node.toml holds this text."""

    def read(text, **environment):
        (tmp_path / "node.toml").write_text(text, "utf-8")
        return load(tmp_path, environment)

    return read


def faults(told, text, **environment):
    with pytest.raises(ConfigFault) as caught:
        told(text, **environment)
    return caught.value.faults


def test_four_lines_are_enough(told, tmp_path):
    config = told(WHOLE)
    assert (config.id, config.comuni, config.url) == ("gavirate", ("012072",), "https://lavoro.example.it")
    assert config.desk_url == f"sqlite:///{tmp_path}/desk.sqlite"
    assert config.is_https
    assert config.hosts == ["lavoro.example.it", "localhost", "127.0.0.1"]
    assert config.pay_warning_from == date(2026, 6, 7)


def test_all_faults_are_named_at_once(told):
    found = faults(
        told,
        'id = "Gavirate!"\ncomuni = ["999999"]\nurl = "lavoro.example.it/x"\nthreads = 0\ndemo = "forse"\ncolour = "red"\n',
        SPORTELLO_LOG_LEVEL="LOUD",
    )
    assert len(found) == 8
    for sign in (
        "id in node.toml",
        "name in node.toml: manca",
        "999999",
        "url in node.toml",
        "threads",
        "demo",
        "colour",
    ):
        assert any(sign in fault for fault in found), sign
    assert any(fault.startswith("SPORTELLO_LOG_LEVEL nell’ambiente") for fault in found)


@pytest.mark.parametrize(
    ("lines", "sign"),
    [
        ('openid_issuer = "https://accesso.example.it"', "openid_client: manca"),
        ('openid_issuer = "http://accesso.example.it"\nopenid_client = "x"', "serve un indirizzo https"),
        ('openid_issuer = "accesso.example.it"\nopenid_client = "x"', "openid_issuer in node.toml"),
        ('openid_claim = "name"', "openid_claim in node.toml"),
        ("password_log_in = false", "non entra nessuno"),
    ],
)
def test_a_doubtful_way_in_is_refused(told, lines, sign):
    (fault,) = faults(told, WHOLE + lines)
    assert sign in fault


def test_the_secret_of_the_provider_is_no_setting(told):
    told(WHOLE, SPORTELLO_OPENID_SECRET="segreto")
    (fault,) = faults(told, WHOLE + 'openid_secret = "segreto"')
    assert "openid_secret in node.toml: questa impostazione non esiste" in fault


@pytest.mark.parametrize("id", ["public", "members"])
def test_a_node_is_not_named_as_the_heads_of_everybody(told, id):
    assert "public e members sono riservati" in faults(told, WHOLE.replace('"gavirate"', f'"{id}"'))[0]
    assert told(WHOLE.replace('"gavirate"', f'"{id}-varese"')).id == f"{id}-varese"


def test_the_environment_comes_before_the_file(told):
    config = told(
        WHOLE + "threads = 2\n", SPORTELLO_THREADS="12", SPORTELLO_DEMO="true", SPORTELLO_TRUSTED_HOSTS="a.it, b.it"
    )
    assert config.threads == 12
    assert config.demo
    assert config.trusted_hosts == ("a.it", "b.it")


def test_a_misspelt_variable_is_a_fault_and_not_a_surprise(told):
    assert faults(told, WHOLE, SPORTELLO_THREDS="12") == [
        "SPORTELLO_THREDS nell’ambiente: questa impostazione non esiste"
    ]


def test_the_command_lines_own_variables_are_no_settings(told):
    assert told(WHOLE, SPORTELLO_DATA="/srv/x", SPORTELLO_PASSWORD="segreta").id == "gavirate"


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("name = 3", "tra virgolette"),
        ("comuni = 12072", "un elenco"),
        ('url = "ftp://example.it"', "senza percorso"),
        ('url = "https://example.it/a?b=c"', "senza percorso"),
        ('desk_database = "mysql://x"', "postgresql"),
        ("threads = true", "da 1 a 64"),
        ("threads = 65", "da 1 a 64"),
        ('pay_warning_from = "domani"', "2026-06-07"),
        ("session_idle_min = 29", "da 30 a 720"),
        ('page_limit = "many"', "per minute"),
        ('log_level = "info"', "INFO"),
    ],
)
def test_a_wrong_value_is_told_with_what_would_be_right(told, line, sign):
    name = line.partition(" ")[0]
    kept = "\n".join(each for each in WHOLE.splitlines() if not each.startswith(name + " "))
    (fault,) = faults(told, f"{kept}\n{line}\n")
    assert fault.startswith(f"{name} in node.toml")
    assert sign in fault


def test_the_two_databases_must_be_two(told):
    same = 'desk_database = "postgresql://localhost/x"\nreplica_database = "postgresql://localhost/x"\n'
    assert faults(told, WHOLE + same) == ["desk_database e replica_database: devono essere due database diversi"]


def test_a_folder_without_settings_is_no_node(tmp_path):
    with pytest.raises(ConfigFault) as caught:
        load(tmp_path, {})
    assert len(caught.value.faults) == 1
    assert "non è la cartella di un nodo" in caught.value.faults[0]


def test_a_file_that_is_not_toml_is_told(told):
    found = faults(told, "id = \n")
    assert "non riesco a leggerlo" in found[0]


def test_every_setting_says_in_one_line_what_it_is():
    assert SETTINGS
    assert set(SETTINGS) == {name for name in Config.__annotations__ if name != "data"}
    for name, known in SETTINGS.items():
        assert known.metadata["help"], name
        assert "\n" not in known.metadata["help"]
