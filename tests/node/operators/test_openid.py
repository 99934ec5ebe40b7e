"""Coming in from an OpenID provider, every answer of which can be wrong; the desk and the provider speak real HTTP."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from node.app import create_app
from node.core import clock
from node.core.audit import Deed
from node.core.config import OPENID_SECRET, ConfigFault
from node.core.db import transaction
from node.operators import actions, factors, log_in, openid, queries
from node.operators.models import FactorDemand, FailedLogIn, OperatorSession
from node.operators.visitor import Visitor
from tests.federation.nodes import serving
from tests.node.operators.identity import CLIENT, SECRET, IdentityProvider

PASSWORD = "quattro parole a caso"
SUB = "maria-42"


@pytest.fixture
def provider():
    made = IdentityProvider()
    with serving(made.app) as port:
        made.issuer = f"http://127.0.0.1:{port}"
        yield made


@pytest.fixture
def config(config, provider):
    config.openid_secret.write_text(f"{SECRET}\n", "utf-8")
    return replace(config, openid_issuer=provider.issuer, openid_client=CLIENT, openid_label="Accesso Unico")


@pytest.fixture
def maria(desk, operators):
    """The operator, linked to the name that the provider gives her."""
    return linked(desk, operators, "operatore", SUB)


def linked(desk, operators, role, name):
    with transaction(desk) as session:
        actions.link_operator(session, operators["amministratore"], queries.operator(session, operators[role].id), name)
    return operators[role]


def sent_off(browser, next=None):
    """The query with which the browser arrives at the provider."""
    answer = browser.get("/desk/accesso/openid", query_string={"next": next} if next else {})
    assert answer.status_code == 303
    return dict(parse_qsl(urlsplit(answer.location).query))


def come_back(browser, provider, query, **other):
    told = {"code": provider.authorize(query), "state": query["state"]} | other
    return browser.get("/desk/accesso/openid/ritorno", query_string=told)


def come_in(browser, provider, next=None):
    return come_back(browser, provider, sent_off(browser, next))


def is_outside(browser):
    return browser.get("/desk/").status_code == 303


def test_whom_the_administrator_has_linked_comes_in(citizen, provider, maria, desk):
    query = sent_off(citizen, "/desk/offerte")
    assert query["tenant"] == "comune"
    assert (query["response_type"], query["code_challenge_method"], query["scope"]) == ("code", "S256", "openid")
    assert query["redirect_uri"] == "http://localhost/desk/accesso/openid/ritorno"
    answer = come_back(citizen, provider, query)
    assert (answer.status_code, answer.location) == (303, "/desk/offerte")
    page = citizen.get("/desk/profilo/accessi").text
    assert "(con OpenID)" in page
    with desk.reading() as session:
        assert session.query(Deed).filter_by(verb="operator.signed_in").one().facts == {"by": "openid"}


def test_the_provider_is_asked_once_and_its_secret_never_shown(citizen, provider, maria, config, capfd):
    pages = [citizen.get("/desk/accesso").text]
    for _ in range(3):
        come_in(citizen, provider)
    assert [provider.asked.count(what) for what in ("discovery", "keys", "token")] == [1, 1, 3]
    said = capfd.readouterr()
    assert SECRET not in "".join([*pages, said.out, said.err, repr(config)])


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"iat": 9_999_999_999},
        {"sub": None},
        {"sub": 7},
        {"amr": "mfa"},
        {"auth_time": None},
        {"auth_time": "now"},
        {"sub": "maria\x00"},
    ],
    ids=str,
)
def test_a_token_that_is_wrong_in_one_claim_opens_nothing(citizen, provider, maria, wrong):
    provider.wrong = wrong
    answer = come_in(citizen, provider)
    assert answer.status_code == 403
    assert "non è valida e non sei dentro" in answer.text
    assert is_outside(citizen)


def test_an_unsigned_token_or_one_of_another_key_opens_nothing(citizen, provider, maria):
    provider.header = {"alg": "none"}
    assert come_in(citizen, provider).status_code == 403
    provider.header = {}
    provider.key = provider.new_key("first")
    assert come_in(citizen, provider).status_code == 403
    assert is_outside(citizen)


@pytest.mark.parametrize(
    "keys",
    [{}, {"keys": "x"}, {"keys": [7]}, {"keys": [{"kty": "EC", "kid": "first", "crv": "P-0", "x": "", "y": ""}]}],
    ids=str,
)
def test_keys_that_are_none_open_nothing(citizen, provider, maria, keys):
    provider.key_document = {"padding": True} | keys
    assert come_in(citizen, provider).status_code == 403
    assert is_outside(citizen)


def test_the_secret_is_sent_as_the_provider_wants_it(citizen, provider, maria):
    provider.about = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert come_in(citizen, provider).location == "/desk/"


def test_who_has_signed_in_at_the_provider_long_ago_signs_in_there_again(citizen, provider, maria, config):
    longest_s = config.idle_lock_min * 60
    assert sent_off(citizen)["max_age"] == str(longest_s)
    provider.wrong = {"auth_time": int(clock.now().timestamp()) - longest_s - openid.LEEWAY_S - 1}
    assert come_in(citizen, provider).status_code == 403
    assert is_outside(citizen)
    provider.wrong = {"auth_time": int(clock.now().timestamp()) - longest_s}
    assert come_in(citizen, provider).location == "/desk/"


def test_a_new_key_of_the_provider_is_learnt(citizen, provider, maria):
    come_in(citizen, provider)
    provider.key = provider.new_key("second")
    provider.shown = [provider.key]
    assert come_in(citizen, provider).status_code == 403, "the keys were fetched a moment ago"
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert come_in(citizen, provider).location == "/desk/"


def test_an_answer_that_another_browser_asked_for_opens_nothing(app, citizen, provider, maria):
    query = sent_off(citizen)
    victim = app.test_client()
    answer = come_back(victim, provider, query)
    assert answer.status_code == 410
    sent_off(victim)
    answer = come_back(victim, provider, query)
    assert answer.status_code == 410
    assert "cominciato in un altro browser" in answer.text
    assert is_outside(victim)
    assert "token" not in provider.asked


def test_an_answer_comes_too_late_or_twice(citizen, provider, maria):
    query = sent_off(citizen)
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert come_back(citizen, provider, query).status_code == 410
    query = sent_off(citizen)
    come_back(citizen, provider, query)
    assert come_back(citizen, provider, query).status_code == 410


def test_another_providers_answer_is_refused(citizen, provider, maria):
    assert come_back(citizen, provider, sent_off(citizen), iss="https://evil.example").status_code == 403
    assert is_outside(citizen)
    assert come_back(citizen, provider, sent_off(citizen), iss=provider.issuer).status_code == 303


def test_whom_nobody_has_linked_is_told_her_name_and_nobody_is_created(citizen, provider, operators, desk):
    answer = come_in(citizen, provider)
    assert answer.status_code == 403
    assert "Accesso Unico ti conosce come «maria-42»" in answer.text
    assert "Chiedi all’amministratore" in answer.text
    assert is_outside(citizen)
    with desk.reading() as session:
        assert len(queries.operators(session)) == len(operators)


def test_a_disabled_operator_is_refused(citizen, provider, maria, operators, desk):
    with transaction(desk) as session:
        actions.disable_operator(session, operators["amministratore"], queries.operator(session, maria.id))
    answer = come_in(citizen, provider)
    assert answer.status_code == 403
    assert "Il tuo account è disabilitato" in answer.text
    assert is_outside(citizen)


def test_who_has_annulled_it_there_is_told_so(citizen, provider, maria):
    query = sent_off(citizen)
    answer = citizen.get(
        "/desk/accesso/openid/ritorno", query_string={"error": "access_denied", "state": query["state"]}
    )
    assert "è stato annullato" in answer.text
    assert 'href="/desk/accesso/openid"' in answer.text


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"])
def test_coming_in_from_the_provider_never_leads_elsewhere(citizen, provider, maria, next):
    assert come_in(citizen, provider, next).location == "/desk/"


def test_a_provider_that_is_off_says_so_and_the_password_works(citizen, provider, maria):
    provider.status = 503
    answer = citizen.get("/desk/accesso/openid?next=/desk/offerte")
    assert answer.status_code == 503
    assert "Accesso Unico non risponde. Entra con nome utente e password" in answer.text
    assert 'name="next" value="/desk/offerte"' in answer.text
    citizen.get("/desk/accesso/openid")
    assert provider.asked == ["discovery"], "whoever comes at once does not wait for it again"
    assert citizen.post("/desk/accesso", data={"username": "operatore", "password": PASSWORD}).location == "/desk/"
    provider.status = 200
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert come_in(citizen, provider).location == "/desk/"


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "https://["},
        {"padding": "x" * openid.MOST_BYTES},
    ],
    ids=lambda about: next(iter(about)),
)
def test_a_discovery_document_that_is_wrong_leads_nowhere(citizen, provider, about):
    provider.about = about
    assert citizen.get("/desk/accesso/openid").status_code == 503


def fail(desk, times):
    """Answers that prove wrong, brought from the address of every browser here."""

    def ask():
        raise openid.ProviderFault("answer", "made up")

    for _ in range(times):
        with pytest.raises(openid.ProviderFault):
            log_in.come_from(desk, ask, Visitor("127.0.0.1"), "Accesso Unico")


def test_who_fails_again_and_again_waits_and_who_was_in_before_does_not(app, citizen, provider, maria, desk):
    come_in(citizen, provider)
    fail(desk, 30)
    stranger = app.test_client()
    answer = come_in(stranger, provider)
    assert answer.status_code == 429
    assert "Troppi tentativi" in answer.text
    assert provider.asked.count("token") == 1
    assert stranger.post("/desk/accesso", data={"username": "operatore", "password": PASSWORD}).status_code == 429
    assert come_in(citizen, provider).location == "/desk/"


def test_a_provider_that_is_off_uses_up_no_attempt(app, desk, operators):
    def ask():
        raise openid.ProviderFault("unreachable", "off")

    for _ in range(3):
        with pytest.raises(openid.ProviderFault):
            log_in.come_from(desk, ask, Visitor("127.0.0.1"), "Accesso Unico")
    with desk.reading() as session:
        assert session.query(FailedLogIn).one().failures == 0


def with_factor(desk, app, actor):
    vault = app.extensions["sportello"].vault
    with transaction(desk) as session:
        account = queries.operator(session, actor.id)
        factors.begin(session, vault, account)
        session.flush()
        telephone = factors.pyotp.TOTP(factors.secret_in_making(session, vault, account))
        return factors.confirm(session, vault, actor, account, telephone.at(clock.now()))


def test_a_second_factor_is_asked_unless_the_provider_has_asked_for_one(app, citizen, provider, maria, desk):
    codes = with_factor(desk, app, maria)
    answer = come_in(citizen, provider, "/desk/offerte")
    assert answer.location == "/desk/accesso/codice?next=/desk/offerte"
    assert is_outside(citizen)
    assert citizen.post("/desk/accesso/codice", data={"code": codes[0]}).location == "/desk/"
    with desk.reading() as session:
        assert session.query(OperatorSession).one().by_openid
    provider.wrong = {"amr": ["pwd", "otp"]}
    assert come_in(app.test_client(), provider).location == "/desk/"


@pytest.mark.parametrize(
    ("told", "is_strong"),
    [
        ({"amr": ["mfa"]}, True),
        ({"acr": "https://www.spid.gov.it/SpidL2"}, True),
        ({"acr": "https://www.spid.gov.it/SpidL1"}, False),
        ({"acr": ["https://www.spid.gov.it/SpidL2"]}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["otp"]}, False),
        ({}, False),
    ],
)
def test_a_role_that_needs_a_second_factor_has_one_here_or_there(citizen, provider, maria, desk, told, is_strong):
    with transaction(desk) as session:
        session.add(FactorDemand(role="operatore"))
    provider.wrong = told
    come_in(citizen, provider)
    answer = citizen.get("/desk/offerte")
    assert (answer.status_code, answer.location) == (
        (200, None) if is_strong else (303, "/desk/profilo/secondo-fattore")
    )


def test_who_comes_from_the_provider_needs_no_password_of_her_own(citizen, provider, maria, desk, operators):
    with transaction(desk) as session:
        actions.reset_password(session, operators["amministratore"], queries.operator(session, maria.id))
    come_in(citizen, provider)
    assert citizen.get("/desk/offerte").status_code == 200


def test_an_email_address_counts_only_when_the_provider_has_verified_it(config, desk, copies, provider, operators):
    app = create_app(replace(config, openid_claim="email"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    browser = app.test_client()
    linked(desk, operators, "operatore", "maria@comune.example")
    provider.told_apart = {"email": "Maria@Comune.example"}
    assert come_in(browser, provider).status_code == 403
    provider.told_apart |= {"email_verified": True}
    assert come_in(browser, provider).location == "/desk/"
    provider.told_apart |= {"sub": "somebody else"}
    assert come_in(browser, provider).status_code == 403
    app.extensions["sportello"].desk.dispose()


@pytest.mark.parametrize(
    ("claim", "typed", "kept"),
    [
        ("sub", " Maria-42 ", "Maria-42"),
        ("email", "Maria@Comune.Example", "maria@comune.example"),
        ("fiscal_number", "TINIT-RSSMRA80A01L682X", "RSSMRA80A01L682X"),
        ("fiscal_number", "rssmra80a01l682x", "RSSMRA80A01L682X"),
    ],
)
def test_a_name_is_compared_in_one_form(claim, typed, kept):
    assert openid.plain_name(claim, typed) == kept


def test_the_administrator_links_and_unlinks(browser, citizen, provider, operators, desk):
    boss, place = browser("amministratore"), f"/desk/operatori/{operators['operatore'].id}"
    assert "Nome presso Accesso Unico" in boss.get(place).text
    assert boss.post(f"{place}/openid", data={"external_name": f" {SUB} "}).location == place
    assert f'value="{SUB}"' in boss.get(place).text
    come_in(citizen, provider)
    assert not is_outside(citizen)
    taken = boss.post(f"/desk/operatori/{operators['coordinatore'].id}/openid", data={"external_name": SUB})
    assert taken.status_code == 422
    assert "Questo nome è già di «operatore»" in taken.text
    boss.post(f"{place}/openid", data={"external_name": ""})
    assert is_outside(citizen)
    assert come_in(citizen, provider).status_code == 403
    with desk.reading() as session:
        deeds = session.query(Deed).filter(Deed.verb.in_(["operator.linked", "operator.unlinked"])).all()
        assert [(deed.verb, deed.ref, deed.facts) for deed in deeds] == [
            ("operator.linked", operators["operatore"].id, {}),
            ("operator.unlinked", operators["operatore"].id, {}),
        ]


def test_where_the_password_is_off_only_the_provider_opens(config, desk, copies, provider, maria):
    app = create_app(replace(config, password_log_in=False))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    browser = app.test_client()
    page = browser.get("/desk/accesso").text
    assert "Entra con Accesso Unico" in page
    assert 'name="password"' not in page
    refused = browser.post("/desk/accesso", data={"username": "operatore", "password": PASSWORD})
    assert refused.status_code == 403
    come_in(browser, provider)
    with clock.at(clock.now() + timedelta(minutes=16)):
        page = browser.post("/desk/aziende", data={"name": "Falegnameria"})
        assert page.status_code == 423
        assert 'name="sblocca"' not in page.text
        assert browser.post("/desk/accesso/sblocca", data={"sblocca": PASSWORD}).status_code == 422
        carried = {"name": "Falegnameria", "comune": "Gavirate"}
        come_in(browser, provider)
        assert browser.post("/desk/aziende", data=carried).status_code == 303
    app.extensions["sportello"].desk.dispose()


def test_who_leaves_the_desk_may_leave_the_provider_too(citizen, provider, maria):
    come_in(citizen, provider)
    answer = citizen.post("/desk/profilo/esci")
    page = citizen.get(answer.location).text
    (way_out,) = re.findall(r'href="(/desk/accesso/openid/uscita)"', page)
    assert citizen.get(way_out).location == f"{provider.issuer}/end?client_id={CLIENT}"
    assert is_outside(citizen)


def test_who_came_in_with_a_password_is_asked_nothing_when_she_leaves(client, provider):
    assert client.post("/desk/profilo/esci").location == "/desk/accesso"


def test_without_a_provider_there_is_no_way_in(config, desk, copies):
    app = create_app(replace(config, openid_issuer=""))
    browser = app.test_client()
    assert "openid" not in browser.get("/desk/accesso").text
    assert [browser.get(f"/desk/accesso/openid{rest}").status_code for rest in ("", "/ritorno", "/uscita")] == [404] * 3
    app.extensions["sportello"].desk.dispose()


def test_the_secret_stands_in_the_environment_or_in_a_file_or_the_node_does_not_start(config):
    assert openid.provider_of(config, {})._secret == SECRET
    assert openid.provider_of(config, {OPENID_SECRET: "another"})._secret == "another"
    config.openid_secret.unlink()
    with pytest.raises(ConfigFault, match="manca il segreto"):
        openid.provider_of(config, {})
