"""The rules of the house, stated as tests. A rule is bent only by a line in one of the lists here, with its reason."""

import ast
import re
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import InternalError, connection
from django.db.models import Model
from django.http import HttpResponse
from django.template import engines
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from niangjia.base.database import database_url
from niangjia.base.rowsecurity import paths_of, reading_clause
from niangjia.config.middleware import ActorMiddleware
from niangjia.core.access.roles import PERMISSIONS, ROLES
from tests import house
from tests.house import Address, Source
from tests.world import World

OPEN = {"public", "signed_in", "own"}
THIRD_PARTY = ("allauth.", "ninja.", "functools.", "django.views.i18n.")
"""Views that are not ours; ninja's ask for a session and each operation calls require()."""
FACES = {"worker", "desk", "board", "report", "site"}

WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITES_ON_QUERYSETS = {"create", "update", "delete"}
QUERYSET = re.compile(r"\.objects\b|\.filter\(|\.exclude\(|\.all\(\)")
WRITING_SQL = re.compile(r"\s*(INSERT INTO|UPDATE \S+ SET|DELETE FROM|TRUNCATE|MERGE INTO|COPY \S+.* FROM STDIN)", re.IGNORECASE)
MAY_WRITE: dict[str, str] = {"niangjia.seed.standin.notebook": "the stand-in partner's own SQLite file, no table of the house"}
"""Modules besides actions, migrations and tests that write, each with its reason."""

ELEVATED_OUTSIDE_ACTIONS = {
    "niangjia.config.commands.demo",  # whether the district stands already
    "niangjia.config.commands.figures",  # the organisation and account named on the command line
    "niangjia.config.commands.ground",  # the account named by --as
    "niangjia.config.commands.keeping",  # the ends of all chains, and the checks of the whole house
    "niangjia.config.commands.plan",  # the settlements of a plan, for whoever has the machine
    "niangjia.config.commands.register",  # likewise
    "niangjia.config.commands.serve",  # the ends of all chains
    "niangjia.config.commands.settle",  # the bureau and the plan named on the command line
    "niangjia.config.middleware",  # the posts of the one who asks decide the scope
    "niangjia.config.signin",  # likewise, before there is a scope
    "niangjia.core.access.queries",  # why something can or cannot be seen
    "niangjia.core.access.views.desk",  # accounts belong to nobody's subtree
    "niangjia.core.access.views.worker",  # who is behind a phone, before there is a scope
    "niangjia.core.cases.queries",  # the names in a case that the reader may read
    "niangjia.core.cases.views.worker",  # the telephone of the union that answers for one's own case
    "niangjia.core.exchange.queries",  # the name of the union that works with a partner is open to everybody
    "niangjia.core.figures.queries",  # sums over the tree of a past day
    "niangjia.core.home.queries",  # the health and the checks of the house
    "niangjia.core.imports.queries",  # batches whose worker died
    "niangjia.core.notices.views.desk",  # messages of no organisation
    "niangjia.core.orgs.forms",  # code and name of a union are open to everybody
    "niangjia.core.orgs.views.public",  # name and office telephone of a union are open to everybody
    "niangjia.core.papers.queries",  # whether a paper is genuine; the names in a case that the reader may read
    "niangjia.core.people.queries",  # a look-up of doubles
    "niangjia.core.people.views.worker",  # one's own union's name and telephone
    "niangjia.core.tasks.queries",  # the report about a record that the reader was shown already
    "niangjia.core.trail.jobs",  # the ends of all chains
    "niangjia.core.trail.views.desk",  # whether the chains hold
    "niangjia.work.mutual_aid.campaign",  # median and best of all towns, which name none
    "niangjia.work.mutual_aid.jobs",  # every fund that pays
    "niangjia.work.rights.aid_forms",  # the dispute behind a matter of legal aid, and the search for conflicts
    "niangjia.work.rights.aid_panels",  # likewise, and who helps
    "niangjia.work.rights.queries",  # the files of a case that the reader may read
    "niangjia.work.rights.joint",  # names of bodies and rooms that work together; names in cases the reader may read
    "niangjia.work.rights.views.advice",  # the rota of lawyers is open to everybody
    "niangjia.work.rights.views.duty",  # the names in a consultation that the reader may read
    "niangjia.work.rights.views.lawyer",  # one's own fees; whoever holds the secret of a calendar is the lawyer
    "niangjia.work.rights.papers.helping",  # names in cases the reader may read
    "niangjia.work.rights.watch_panels",  # the worker of a notice that the reader may read; whether the union was told
    "niangjia.work.rights.views.worker",  # the names of towns are open to everybody; one's own record
    "niangjia.seed.accounts",
    "niangjia.seed.advice",
    "niangjia.seed.aid",
    "niangjia.seed.books",
    "niangjia.seed.build",
    "niangjia.seed.claims",
    "niangjia.seed.closing",
    "niangjia.seed.disputes",
    "niangjia.seed.joint",
    "niangjia.seed.mutual_aid",
    "niangjia.seed.onestop",
    "niangjia.seed.settlements",
    "niangjia.seed.trying",
    "niangjia.seed.watching",
    "niangjia.seed.helpers",
    "niangjia.seed.partners",
    "niangjia.work.mutual_aid.queries",  # the patient for whom a relative claims, and whether there is a policy
}
"""Modules that read beyond the reader's own scope. Actions may, after require()."""

TOO_LONG = {
    "niangjia.core.figures.views.figure_page.FigurePage": 211,
    "niangjia.seed.unions.UnionPlan": 242,
}
"""Functions, classes and modules beyond their mark, with their length; the list only shrinks."""

NOT_WORDS = re.compile(r"[^一-鿿]|法|条例|规定|办法|第[一二三四五六七八九十百]+条")
"""What stands in a docstring's parentheses but is no term: anything with figures or Latin, and laws."""

ours = house.sources()


def in_production(source: Source) -> bool:
    return not source.is_in("tests", "migrations")


# -- Models ---------------------------------------------------------------------------------------------------------------------


def test_every_model_says_whose_rows_it_holds_and_which_columns_are_personal() -> None:
    for model in house.models():
        scoped, unscoped = getattr(model, "scope_path", ""), getattr(model, "unscoped_because", "")
        assert scoped or unscoped, f"{model.__name__} wants scope_path, or unscoped_because where the database does not narrow it"
        columns = {field.name for field in model._meta.get_fields()}
        assert isinstance(getattr(model, "personal", None), set), f"{model.__name__} wants personal, the set of its personal columns"
        assert model.personal <= columns, f"{model.__name__}.personal names what is no column: {model.personal - columns}"


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked of the tests' own tables: the house on this machine may stand at another version."""
    try:
        call_command("makemigrations", check_changes=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


@pytest.mark.django_db
def test_the_database_narrows_reading_just_as_the_models_say() -> None:
    scoped = {model._meta.db_table: model for model in house.models() if _is_narrowed(model)}
    with psycopg.connect(database_url("owner"), dbname=connection.settings_dict["NAME"]) as owner:  # reading a policy locks its table
        narrowed = dict(owner.execute("SELECT tablename, qual FROM pg_policies WHERE policyname = 'narrow_reading'").fetchall())
        assert set(narrowed) == set(scoped)
        for table, model in scoped.items():
            clause = reading_clause(model, **paths_of(model))
            owner.execute(f'CREATE POLICY as_the_model_says ON "{table}" FOR SELECT USING ({clause})')
            said = owner.execute(
                "SELECT qual FROM pg_policies WHERE policyname = 'as_the_model_says' AND tablename = %s", [table]
            ).fetchone()
            assert said == (narrowed[table],), f"{table}: a migration must renew the policy"
        owner.rollback()


@pytest.mark.django_db
def test_row_security_is_on_and_a_copied_scope_is_kept_by_the_database() -> None:
    for model in house.models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
            assert cursor.fetchone() == (_is_narrowed(model),), table
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s", [table, f"{table}_scope_%"])
            copies_its_scope = getattr(model, "scope_path", "") == "scope"
            assert (cursor.fetchone() == (2,)) is copies_its_scope, table


@pytest.mark.django_db
def test_the_application_is_neither_superuser_nor_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user AND schemaname NOT LIKE 'pg_temp%%'")
        assert cursor.fetchone() == (0,)


def _is_narrowed(model: type[Model]) -> bool:
    return not hasattr(model, "unscoped_because")


# -- Addresses ------------------------------------------------------------------------------------------------------------------


def our_pages() -> list[Address]:
    return [address for address in house.addresses() if not address.view.startswith(THIRD_PARTY)]


def test_every_page_declares_its_face_and_permission() -> None:
    for address in our_pages():
        assert address.page, f"{address.name} wants @page(permission, face=…)"
        assert address.page.face in FACES, address.name
        assert address.page.permission in OPEN | set(PERMISSIONS), address.name


def closed_pages_with_an_id() -> list[Address]:
    closed = [address for address in house.addresses() if address.arguments and not address.view.startswith("allauth.")]
    return [address for address in closed if not address.page or address.page.permission not in {"public", "signed_in"}]


def test_every_argument_of_an_address_has_a_factory() -> None:
    missing = {f"{page.name}: {name}" for page in closed_pages_with_an_id() for name in page.arguments if not house.factory_of(page, name)}
    assert not missing, "register a function (world) -> value in IDS of the app's tests/ids.py"


@pytest.mark.django_db
@pytest.mark.parametrize("address", closed_pages_with_an_id(), ids=lambda address: address.name)
def test_a_stranger_with_a_post_elsewhere_gets_nothing(address: Address, client: Client) -> None:
    world = World()
    values = {name: house.factory_of(address, name)(world) for name in address.arguments}
    if not any(getattr(house.factory_of(address, name), "names_a_row", True) for name in address.arguments):
        return
    client.force_login(world.officer(world.elsewhere))
    path = reverse(address.name, kwargs=values)
    for response in (client.get(path), client.post(path)):
        refused = response.status_code in (403, 404, 405) or "sign-in" in response.get("Location", "")
        assert refused, f"{path} answers {response.status_code} to a stranger"


@pytest.mark.django_db
def test_a_list_costs_the_same_queries_with_one_row_and_with_three() -> None:
    world = World()
    role = max(ROLES.values(), key=lambda role: len(role.permissions)).key
    client = Client()
    client.force_login(world.officer(world.district, role))
    lists = [address for address in our_pages() if not address.arguments and address.page.face in {"desk", "board"}]
    assert world.person
    first = {address.name: _queries(client, address) for address in lists}
    for _ in range(2):
        world.new_union()
        world.new_person()
    grown = {name: (few, many) for name, few in first.items() if (many := _queries(client, _named(lists, name))) > few}
    assert not grown, "a query per row"


def _queries(client: Client, address: Address) -> int:
    client.get(reverse(address.name))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(reverse(address.name))
    return len(queries)


def _named(addresses: list[Address], name: str) -> Address:
    return next(address for address in addresses if address.name == name)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_a_page_cannot_write(method: str) -> None:
    def view(request: object) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE orgs_counter SET value = 0")
        return HttpResponse()

    request = getattr(RequestFactory(), method)("/")
    request.user = type("Anonymous", (), {"is_authenticated": False})()
    request.session = {}
    with pytest.raises(InternalError, match="read-only"):
        ActorMiddleware(lambda request: HttpResponse()).process_view(request, view, (), {})


# -- Code -----------------------------------------------------------------------------------------------------------------------


def test_only_actions_write() -> None:
    found = {f"{source.module}:{line}" for source in ours if _is_reader(source) for line in _writes(source)}
    assert not found, "move it to actions.py"


def _is_reader(source: Source) -> bool:
    return in_production(source) and not source.is_in("actions", "base") and source.module not in MAY_WRITE


def _writes(source: Source) -> Iterator[int]:
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and _is_write(call, call.func):
            yield call.lineno
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITING_SQL.match(node.value):
            yield node.lineno


def _is_write(call: ast.Call, verb: ast.Attribute) -> bool:
    on_rows = QUERYSET.search(ast.unparse(verb.value)) is not None
    plain_save = verb.attr == "save" and not call.args
    plain_delete = verb.attr == "delete" and not call.args and not call.keywords
    return verb.attr in WRITES or plain_save or plain_delete or (verb.attr in WRITES_ON_QUERYSETS and on_rows)


def test_the_seed_calls_actions_and_imports_no_models() -> None:
    for source in (source for source in ours if source.is_in("seed") and in_production(source)):
        assert not [name for name in source.imports() if ".models" in name or name.endswith("get_model")], source.module


def test_every_reader_beyond_the_own_scope_is_listed() -> None:
    callers = {
        source.module for source in ours if in_production(source) and not source.is_in("actions", "base") and "elevated(" in source.text
    }
    assert callers == ELEVATED_OUTSIDE_ACTIONS


def test_files_functions_and_classes_keep_their_size() -> None:
    sizes = {source.module: (source.text.count("\n"), 600) for source in ours if not source.is_in("migrations")}
    for source in ours:
        if not source.is_in("migrations"):
            limits = {
                f"{source.module}.{node.name}": (house.lines_of(node), 200 if isinstance(node, ast.ClassDef) else 50)
                for node in source.definitions()
            }
            sizes |= limits
    assert {name: size for name, (size, mark) in sizes.items() if size > mark} == TOO_LONG


def test_terms_in_docstrings_stand_in_the_glossary() -> None:
    glossary = (house.ROOT / "GLOSSARY.md").read_text()
    missing = {term: source.module for source in ours if in_production(source) for term in _terms(source) if term not in glossary}
    assert not missing


def _terms(source: Source) -> Iterator[str]:
    for node in (source.tree, *source.definitions()):
        for inside in re.findall(r"[(（]([^()（）]+)[)）]", ast.get_docstring(node) or ""):
            terms = re.split("[、；，]", inside)
            yield from (term for term in terms if not NOT_WORDS.search(term))


# -- Templates ------------------------------------------------------------------------------------------------------------------


def test_every_template_is_used() -> None:
    texts = [source.text for source in ours] + [file.read_text() for file in house.templates().values()]
    unused = {name for name in house.templates() if not any(f'"{name}' in text or f"'{name}" in text for text in texts)}
    assert {name for name in unused if not _is_named_by_others(name)} == set()


def _is_named_by_others(name: str) -> bool:
    """Django's error pages, and pages of allauth that ours replace."""
    return name in {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"} or name.startswith(
        ("account/", "mfa/", "socialaccount/")
    )


def test_no_script_stands_in_a_template() -> None:
    inline = re.compile(r"<script(?![^>]*(\ssrc=|application/json))|\son[a-z]+\s*=\s*[\"']|hx-on|javascript:", re.IGNORECASE)
    for name, file in house.templates().items():
        assert not inline.search(file.read_text()), name


def test_every_template_compiles_and_an_unknown_variable_would_be_seen(settings: object) -> None:
    for name in house.templates():
        get_template(name)
    assert str(engines["django"].engine.string_if_invalid), "tests must see a variable that no view gives"
