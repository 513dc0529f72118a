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


# What names people in an agreement can be emptied; every other column stays as it was written.
EMPTIED = {
    "revision": (("terms_sealed", b""),),
    "signature": (("signer_name", ""), ("address", "")),
}
KEPT = {
    "revision": ("id", "agreement_id", "number", "template", "uid", "text_sha256", "why", "created_by", "created_at"),
    "signature": (
        "id", "revision_id", "party", "signer_user_id", "signer_guardian_id", "on_behalf_of", "text_sha256", "ticked",
        "how", "nonce", "at",
    ),
}  # fmt: skip


def upgrade() -> None:
    _access_line()
    _outbox()
    _asked_of_us()
    for table in EMPTIED:
        _let_it_be_emptied(table)


def _asked_of_us() -> None:
    op.create_table(
        "correction",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("identity_kind", sa.String(length=20), nullable=False),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("identity_hint", sa.String(length=20), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_correction_decided_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_correction_file_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_correction_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("uid", name=op.f("uq_correction_uid")),
    )
    op.create_table(
        "closure",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("runs_at", MOMENT, nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_closure_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    asked = {"sqlite_where": sa.text("state = 'asked'"), "postgresql_where": sa.text("state = 'asked'")}
    op.create_index("uq_correction_asked_user", "correction", ["user_id"], unique=True, **asked)
    op.create_index("uq_closure_asked_user", "closure", ["user_id"], unique=True, **asked)
    op.create_index("ix_correction_state", "correction", ["state"], unique=False)
    op.create_index("ix_closure_state_runs_at", "closure", ["state", "runs_at"], unique=False)


def _let_it_be_emptied(table: str) -> None:
    """Exchange the table's append-only triggers for ones that let the named columns be emptied, and nothing else."""
    if op.get_bind().dialect.name == "sqlite":
        same = [f"NEW.{name} IS {'x' if value == b'' else ''}''" for name, value in EMPTIED[table]]
        same += [f"NEW.{name} IS OLD.{name}" for name in KEPT[table]]
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({' AND '.join(same)}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    same = [
        f"NEW.{name}::text IS NOT DISTINCT FROM ''{'::bytea' if value == b'' else ''}::text"
        for name, value in EMPTIED[table]
    ]
    same += [f"NEW.{name}::text IS NOT DISTINCT FROM OLD.{name}::text" for name in KEPT[table]]
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'UPDATE' AND {' AND '.join(same)} THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_emptied BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )


def _nothing_changes_again(table: str) -> None:
    """The triggers as the foundation made them."""
    refuse = f"'{table} is append-only'"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, {refuse}); END"
        )
        return
    op.execute(f"DROP TRIGGER {table}_only_emptied ON {table}")
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION {refuse}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


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
    for table in EMPTIED:
        _nothing_changes_again(table)
    op.drop_table("closure")
    op.drop_table("correction")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_state_priority_id"))
        batch_op.create_index(batch_op.f("ix_message_state_id"), ["state", "id"], unique=False)
        batch_op.drop_column("fault")
        batch_op.drop_column("try_after")
        batch_op.drop_column("priority")
    op.drop_table("access_line")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_line_unchangeable()")
