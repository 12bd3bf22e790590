"""Alembic's environment: runs on the connection that `store.session.upgrade` hands over."""

from typing import Literal

from alembic import context

from store import schema  # noqa: F401 - makes every table known
from store.base import Base, UtcDateTime

connection = context.config.attributes["connection"]


def render_item(kind: str, item: object, _autogen_context: object) -> str | Literal[False]:
    """Migrations stand on their own: they name SQLAlchemy's types, never ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render_item)
with context.begin_transaction():
    context.run_migrations()
