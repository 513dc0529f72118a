"""Reviews of results (复核) with an answer due.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("by_guardian", sa.Boolean(), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("answer_by", MOMENT, nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("next_step", sa.String(length=20), nullable=True),
        sa.Column("carried_out", sa.Text(), nullable=False),
        sa.Column("handled_by", ID, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'upheld' OR next_step IS NOT NULL", name=op.f("ck_review_next_step")),
        sa.ForeignKeyConstraint(["handled_by"], ["user.id"], name=op.f("fk_review_handled_by")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_review_application_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_review_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_state_answer_by"), "review", ["state", "answer_by"])
    op.create_index(
        "uq_review_application_run", "review", ["application_id", "run_id"], unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"), postgresql_where=sa.text("state <> 'withdrawn'"),
    )


def downgrade() -> None:
    op.drop_table("review")
