"""A PostgreSQL with the role that Grafana reads with."""

import psycopg
import pytest

from tests.grafana.asking import GRAFANA
from uproar.settings import Settings


@pytest.fixture
def owner(postgres_store: Settings) -> str:
    """The address of a database with all tables, and the role made: as their owner."""
    address = postgres_store.database.replace("postgresql+psycopg://", "postgresql://")
    for _ in range(2):  # it may be run again
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute((GRAFANA / "reader.sql").read_bytes())
    return address


@pytest.fixture
def reader(owner: str) -> str:
    """The same as Grafana's role."""
    return owner.replace("://uproar@", "://grafana_reader@")
