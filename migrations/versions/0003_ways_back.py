"""Ways back into an account, and sign-up with a station's help.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HOUSES = ("alliance_id", "school_id", "enterprise_id", "station_id")


def _one_of(columns: tuple[str, ...]) -> str:
    return " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in columns) + " = 1"


def _replace_check(batch_op: object, columns: tuple[str, ...]) -> None:
    name = op.f("ck_member_one_organisation")
    batch_op.drop_constraint(name, type_="check")  # type: ignore[attr-defined]
    batch_op.create_check_constraint(name, sa.text(_one_of(columns)))  # type: ignore[attr-defined]


def upgrade() -> None:
    op.create_table(
        "station",
        sa.Column("id", ID, nullable=False),
        sa.Column("alliance_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("district", sa.String(length=6), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_station_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("alliance_id", "name", name=op.f("uq_station_alliance_id_name")),
    )
    with op.batch_alter_table("member") as batch_op:
        batch_op.add_column(sa.Column("station_id", ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_member_station_id"), "station", ["station_id"], ["id"])
        batch_op.create_unique_constraint(op.f("uq_member_user_id_station_id"), ["user_id", "station_id"])
        _replace_check(batch_op, HOUSES)
    _create_second_factor()
    _create_way_back()
    _create_slips()


def _create_second_factor() -> None:
    op.create_table(
        "second_factor",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_factor_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("uid", name=op.f("uq_second_factor_uid")),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factor_user_id")),
    )


def _create_way_back() -> None:
    op.create_table(
        "way_back",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("identity_kind", sa.String(length=20), nullable=False),
        sa.Column("identity_index", sa.String(length=64), nullable=True),
        sa.Column("identity_hint", sa.String(length=20), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("phone_hint", sa.String(length=11), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("alliance_id", ID, nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("checked_by", ID, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("object_until", MOMENT, nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("checked_by <> decided_by", name=op.f("ck_way_back_two_people")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_way_back_alliance_id")),
        sa.ForeignKeyConstraint(["checked_by"], ["user.id"], name=op.f("fk_way_back_checked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_way_back_decided_by")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_way_back_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_way_back")),
        sa.UniqueConstraint("reference", name=op.f("uq_way_back_reference")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_way_back_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_way_back_uid")),
    )
    op.create_index(op.f("ix_way_back_alliance_id_state"), "way_back", ["alliance_id", "state"])
    op.create_index(op.f("ix_way_back_state_created_at"), "way_back", ["state", "created_at"])
    is_open = sa.text("state IN ('checked', 'objected')")
    op.create_index(
        "uq_way_back_open_user", "way_back", ["user_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )


def _create_slips() -> None:
    op.create_table(
        "slip_batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_slip_batch_created_by")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_slip_batch_round_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_slip_batch_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_batch")),
    )
    op.create_index(op.f("ix_slip_batch_station_id_id"), "slip_batch", ["station_id", "id"])
    op.create_table(
        "slip",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("identity_kind", sa.String(length=20), nullable=False),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("identity_index", sa.String(length=64), nullable=True),
        sa.Column("identity_hint", sa.String(length=20), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hint", sa.String(length=11), nullable=False),
        sa.Column("start_point", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=6), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.Column("adjustable", sa.Boolean(), nullable=False),
        sa.Column("guardian_name", sa.String(length=60), nullable=False),
        sa.Column("guardian_relation", sa.String(length=20), nullable=False),
        sa.Column("guardian_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("guardian_phone_hint", sa.String(length=11), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_index", sa.String(length=64), nullable=True),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("entered_by", ID, nullable=False),
        sa.Column("uploaded_by", ID, nullable=True),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("application_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("confirmed_by <> entered_by", name=op.f("ck_slip_not_by_helper")),
        sa.CheckConstraint("confirmed_by <> uploaded_by", name=op.f("ck_slip_not_by_uploader")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_slip_application_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["slip_batch.id"], name=op.f("fk_slip_batch_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["user.id"], name=op.f("fk_slip_confirmed_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["user.id"], name=op.f("fk_slip_entered_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_slip_file_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["user.id"], name=op.f("fk_slip_uploaded_by")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_slip_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint("batch_id", "identity_index", name=op.f("uq_slip_batch_id_identity_index")),
        sa.UniqueConstraint("code_index", name=op.f("uq_slip_code_index")),
        sa.UniqueConstraint("uid", name=op.f("uq_slip_uid")),
    )
    op.create_index(op.f("ix_slip_batch_id_state"), "slip", ["batch_id", "state"])


def downgrade() -> None:
    for table in ("slip", "slip_batch", "way_back", "second_factor"):
        op.drop_table(table)
    op.execute("DELETE FROM member WHERE station_id IS NOT NULL")
    with op.batch_alter_table("member") as batch_op:
        _replace_check(batch_op, HOUSES[:3])
        batch_op.drop_constraint(op.f("uq_member_user_id_station_id"), type_="unique")
        batch_op.drop_constraint(op.f("fk_member_station_id"), type_="foreignkey")
        batch_op.drop_column("station_id")
    op.drop_table("station")
