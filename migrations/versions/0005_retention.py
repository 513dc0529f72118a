"""What the retention of data needs: the access log, corrections, closures of accounts, and an outbox with an order.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _access_line()
    _outbox()


def _access_line() -> None:
    op.create_table(
        "access_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("by_user", ID, nullable=True),
        sa.Column("by_guardian", ID, nullable=True),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("by_label", sa.String(length=140), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", ID, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_access_line_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_line")),
    )
    with op.batch_alter_table("access_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_line_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_line_user_id_id"), ["user_id", "id"], unique=False)
    _never_changed("access_line")


def _never_changed(table: str) -> None:
    """Let the database refuse to change a line; the retention job may delete it."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_unchangeable() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_unchangeable BEFORE UPDATE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_unchangeable()"
    )


def _outbox() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Integer(), server_default="6", nullable=False))
        batch_op.add_column(sa.Column("try_after", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("fault", sa.String(length=200), server_default="", nullable=False))
        batch_op.drop_index(batch_op.f("ix_message_state_id"))
        batch_op.create_index(batch_op.f("ix_message_state_priority_id"), ["state", "priority", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_state_priority_id"))
        batch_op.create_index(batch_op.f("ix_message_state_id"), ["state", "id"], unique=False)
        batch_op.drop_column("fault")
        batch_op.drop_column("try_after")
        batch_op.drop_column("priority")
    op.drop_table("access_line")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_line_unchangeable()")
