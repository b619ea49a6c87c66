"""The pseudonyms of the published file: what macros/pseudonym.sql makes of a key and an id."""

import hashlib
from types import SimpleNamespace

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.settings import PROJECT_ROOT

keys = st.binary(min_size=32, max_size=32).map(bytes.hex)
# No NUL: DuckDB's text functions end there, and staging trims and types ids before.
ids = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
entities = st.sampled_from(["patient", "visit", "charge", "claim"])


@pytest.fixture(scope="module")
def pseudonym():
    """The macro as a function of entity, key and id, computed by DuckDB."""
    source = (PROJECT_ROOT / "macros" / "pseudonym.sql").read_text()
    adapter = SimpleNamespace(dispatch=lambda name: lambda text: f"sha256({text})")
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    template = environment.from_string(source, {"adapter": adapter, "return": lambda text: text})
    with duckdb.connect() as connection:

        def computed(entity: str, key: str, one: str | None) -> str | None:
            sql = template.module.pseudonym(entity, "id")
            query = f"select {sql} from (select ? as pseudonym_key, ? as id)"
            return connection.execute(query, [key, one]).fetchone()[0]

        yield computed


@settings(max_examples=100)
@given(keys, entities, ids)
def test_it_is_the_same_every_time_and_keyed_sha_256(pseudonym, key, entity, one) -> None:
    digest = hashlib.sha256(f"{key}:{entity}:{one}".encode()).hexdigest()
    assert pseudonym(entity, key, one) == pseudonym(entity, key, one) == digest[:16]


@settings(max_examples=100)
@given(keys, keys, entities, ids, ids)
def test_another_key_or_another_id_gives_another(pseudonym, key, other, entity, one, two) -> None:
    made = pseudonym(entity, key, one)
    if other != key:
        assert pseudonym(entity, other, one) != made
    if two != one:
        assert pseudonym(entity, key, two) != made


@given(keys, ids)
def test_a_patient_and_a_claim_of_one_number_have_two(pseudonym, key, one) -> None:
    assert len({pseudonym(entity, key, one) for entity in ("patient", "visit", "claim")}) == 3
    # An id that looks like another entity's input is none: entities hold no colon.
    assert pseudonym("patient", key, f"visit:{one}") != pseudonym("visit", key, one)


def test_it_is_not_found_by_trying_every_id_without_the_key(pseudonym) -> None:
    key = "0123456789abcdef" * 4
    published = {pseudonym("patient", key, f"P{number}") for number in range(200)}
    guesses = set()
    for wrong in ("", "0" * 64, key[:-1], key[:-1] + "0", key.upper()):
        for number in range(200):
            for text in (f"{wrong}:patient:P{number}", f"{wrong}P{number}", f"P{number}"):
                for algorithm in ("md5", "sha1", "sha256", "sha512"):
                    guesses.add(hashlib.new(algorithm, text.encode()).hexdigest()[:20])
    assert len(published) == 200
    assert not published & guesses


def test_no_id_has_no_pseudonym(pseudonym) -> None:
    assert pseudonym("patient", "ab" * 32, None) is None
