"""Every table of the foundation, with its append-only triggers and, on PostgreSQL, the job queue.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core import queue_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("history", "revision", "signature")


def _append_only(table: str) -> None:
    """Let the database refuse changes to what has happened."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def upgrade() -> None:
    op.create_table(
        "alliance",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("lead", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alliance")),
        sa.UniqueConstraint("name", name=op.f("uq_alliance_name")),
    )
    op.create_table(
        "history",
        sa.Column("id", ID, nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user", ID, nullable=True),
        sa.Column("by_guardian", ID, nullable=True),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_history_by_user"), ["by_user"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_thing_thing_id"), ["thing", "thing_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("run_after", MOMENT, nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("says", sa.String(length=200), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_job_unique_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_state_run_after"), ["state", "run_after"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_one_time_code_phone_index_purpose"), ["phone_index", "purpose"], unique=False
        )

    op.create_table(
        "request_key",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.String(length=80), nullable=False),
        sa.Column("location", sa.String(length=400), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_request_key")),
    )
    with op.batch_alter_table("request_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_key_created_at"), ["created_at"], unique=False)

    op.create_table(
        "tally",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("window", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", "window", name=op.f("pk_tally")),
    )
    op.create_table(
        "user",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("phone_hint", sa.String(length=11), nullable=False),
        sa.Column("identity_kind", sa.String(length=20), nullable=True),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("identity_index", sa.String(length=64), nullable=True),
        sa.Column("identity_hint", sa.String(length=20), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("password_hash", sa.String(length=120), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("identity_index", name=op.f("uq_user_identity_index")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_user_phone_index")),
        sa.UniqueConstraint("uid", name=op.f("uq_user_uid")),
    )
    op.create_table(
        "consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_consent_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_user_id_purpose"), ["user_id", "purpose"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("used_by", ID, nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_invitation_created_by")),
        sa.ForeignKeyConstraint(["used_by"], ["user.id"], name=op.f("fk_invitation_used_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "pending_import",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("rows_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("by_user", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name=op.f("fk_pending_import_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_import")),
        sa.UniqueConstraint("uid", name=op.f("uq_pending_import_uid")),
    )
    with op.batch_alter_table("pending_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_import_by_user_id"), ["by_user", "id"], unique=False)

    op.create_table(
        "round",
        sa.Column("id", ID, nullable=False),
        sa.Column("alliance_id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("deadline", MOMENT, nullable=False),
        sa.Column("guardian_due", MOMENT, nullable=False),
        sa.Column("evidence_due", MOMENT, nullable=False),
        sa.Column("publish_at", MOMENT, nullable=False),
        sa.Column("respond_by", MOMENT, nullable=False),
        sa.Column("sign_by", MOMENT, nullable=False),
        sa.Column("max_choices", sa.Integer(), nullable=False),
        sa.Column("uses_minimum", sa.Boolean(), nullable=False),
        sa.Column("uses_adjustment", sa.Boolean(), nullable=False),
        sa.Column("group_order", sa.JSON(), nullable=False),
        sa.Column("seed_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seed_commitment", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", MOMENT, nullable=True),
        sa.Column("follows_id", ID, nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("max_choices >= 1 AND max_choices <= 10", name=op.f("ck_round_max_choices")),
        sa.CheckConstraint(
            "opens_at < deadline AND deadline <= guardian_due AND guardian_due <= evidence_due AND evidence_due < publish_at AND publish_at < respond_by AND respond_by <= sign_by",
            name=op.f("ck_round_calendar"),
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_round_alliance_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_round_created_by")),
        sa.ForeignKeyConstraint(["follows_id"], ["round.id"], name=op.f("fk_round_follows_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("code", name=op.f("uq_round_code")),
    )
    op.create_table(
        "setting",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("set_by", ID, nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["user.id"], name=op.f("fk_setting_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("name", "valid_from", name=op.f("uq_setting_name_valid_from")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_stored_file_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("uid", name=op.f("uq_stored_file_uid")),
    )
    op.create_table(
        "enterprise",
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("district", sa.String(length=6), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("head", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("licence_file_id", ID, nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("staff >= 0", name=op.f("ck_enterprise_staff")),
        sa.ForeignKeyConstraint(["licence_file_id"], ["stored_file.id"], name=op.f("fk_enterprise_licence_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_enterprise_credit_code")),
        sa.UniqueConstraint("name", name=op.f("uq_enterprise_name")),
    )
    op.create_table(
        "run",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("uses_minimum", sa.Boolean(), nullable=False),
        sa.Column("uses_adjustment", sa.Boolean(), nullable=False),
        sa.Column("job_id", ID, nullable=True),
        sa.Column("bundle", sa.LargeBinary(), nullable=True),
        sa.Column("bundle_sha256", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("guarantee", sa.String(length=30), nullable=True),
        sa.Column("placed", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("proposed_by", ID, nullable=True),
        sa.Column("proposed_because", sa.Text(), nullable=False),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name=op.f("ck_run_two_persons")),
        sa.ForeignKeyConstraint(["approved_by"], ["user.id"], name=op.f("fk_run_approved_by")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_run_created_by")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_run_job_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["user.id"], name=op.f("fk_run_proposed_by")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_run_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_run_round_id_number")),
    )
    op.create_table(
        "school",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("district", sa.String(length=6), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("head", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("licence_file_id", ID, nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["licence_file_id"], ["stored_file.id"], name=op.f("fk_school_licence_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_school_credit_code")),
        sa.UniqueConstraint("name", name=op.f("uq_school_name")),
    )
    op.create_table(
        "application",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("start_point", sa.String(length=20), nullable=True),
        sa.Column("district", sa.String(length=6), nullable=True),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("school_id", ID, nullable=True),
        sa.Column("enterprise_id", ID, nullable=True),
        sa.Column("adjustable", sa.Boolean(), nullable=False),
        sa.Column("choices_version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("receipt_code", sa.String(length=20), nullable=True),
        sa.Column("receipt_sha256", sa.String(length=64), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("lottery", sa.Integer(), nullable=True),
        sa.Column("assisted_by", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assisted_by"], ["user.id"], name=op.f("fk_application_assisted_by")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_application_enterprise_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_application_round_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_application_school_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_application_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("number", name=op.f("uq_application_number")),
        sa.UniqueConstraint("receipt_code", name=op.f("uq_application_receipt_code")),
        sa.UniqueConstraint("round_id", "lottery", name=op.f("uq_application_round_id_lottery")),
        sa.UniqueConstraint("round_id", "user_id", name=op.f("uq_application_round_id_user_id")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_round_id_state"), ["round_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_user_id"), ["user_id"], unique=False)

    op.create_table(
        "enterprise_headcount",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("enterprise_id", ID, nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_enterprise_headcount_headcount")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_enterprise_headcount_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_enterprise_headcount_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_headcount")),
        sa.UniqueConstraint("round_id", "enterprise_id", name=op.f("uq_enterprise_headcount_round_id_enterprise_id")),
    )
    op.create_table(
        "member",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("alliance_id", ID, nullable=True),
        sa.Column("school_id", ID, nullable=True),
        sa.Column("enterprise_id", ID, nullable=True),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN alliance_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN school_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN enterprise_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_member_one_organisation"),
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_member_alliance_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_member_enterprise_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_member_school_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_member_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("user_id", "alliance_id", name=op.f("uq_member_user_id_alliance_id")),
        sa.UniqueConstraint("user_id", "enterprise_id", name=op.f("uq_member_user_id_enterprise_id")),
        sa.UniqueConstraint("user_id", "school_id", name=op.f("uq_member_user_id_school_id")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", ID, nullable=False),
        sa.Column("alliance_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=True),
        sa.Column("enterprise_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(school_id IS NULL) <> (enterprise_id IS NULL)", name=op.f("ck_membership_one_organisation")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_membership_alliance_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_membership_enterprise_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_membership_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("alliance_id", "enterprise_id", name=op.f("uq_membership_alliance_id_enterprise_id")),
        sa.UniqueConstraint("alliance_id", "school_id", name=op.f("uq_membership_alliance_id_school_id")),
    )
    op.create_table(
        "order_class",
        sa.Column("id", ID, nullable=False),
        sa.Column("alliance_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("major", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("start_point", sa.String(length=20), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("min_open", sa.Integer(), nullable=False),
        sa.Column("age_min", sa.Integer(), nullable=False),
        sa.Column("age_max", sa.Integer(), nullable=False),
        sa.Column("relaxed", sa.JSON(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("enrolment_date", sa.Date(), nullable=False),
        sa.Column("on_post_date", sa.Date(), nullable=False),
        sa.Column("internship_months", sa.Integer(), nullable=False),
        sa.Column("internship_from_year", sa.Integer(), nullable=False),
        sa.Column("score_rule", sa.String(length=10), nullable=False),
        sa.Column("score_text", sa.String(length=200), nullable=False),
        sa.Column("tuition", sa.String(length=80), nullable=False),
        sa.Column("aid", sa.String(length=120), nullable=False),
        sa.Column("boarding", sa.String(length=80), nullable=False),
        sa.Column("timetable", sa.String(length=80), nullable=False),
        sa.Column("certificate", sa.String(length=80), nullable=False),
        sa.Column("teacher", sa.String(length=60), nullable=False),
        sa.Column("mentor", sa.String(length=60), nullable=False),
        sa.Column("last_cutoff", sa.Integer(), nullable=True),
        sa.Column("last_filled", sa.Integer(), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("age_min >= 14 AND age_max >= age_min", name=op.f("ck_order_class_ages")),
        sa.CheckConstraint("on_post_date >= enrolment_date", name=op.f("ck_order_class_on_post")),
        sa.CheckConstraint("seats > 0 AND min_open >= 0 AND min_open <= seats", name=op.f("ck_order_class_seats")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_order_class_alliance_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_order_class_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_class")),
        sa.UniqueConstraint("school_id", "code", name=op.f("uq_order_class_school_id_code")),
    )
    with op.batch_alter_table("order_class", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_class_alliance_id_state"), ["alliance_id", "state"], unique=False)

    op.create_table(
        "position",
        sa.Column("id", ID, nullable=False),
        sa.Column("enterprise_id", ID, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("safety", sa.Text(), nullable=False),
        sa.Column("district", sa.String(length=6), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("shift", sa.String(length=60), nullable=False),
        sa.Column("wage_low", sa.Integer(), nullable=False),
        sa.Column("wage_high", sa.Integer(), nullable=False),
        sa.Column("contract_months", sa.Integer(), nullable=False),
        sa.Column("probation_months", sa.Integer(), nullable=False),
        sa.Column("probation_wage", sa.Integer(), nullable=False),
        sa.Column("insurance", sa.String(length=120), nullable=False),
        sa.Column("hazards", sa.JSON(), nullable=False),
        sa.Column("last_pay", sa.Integer(), nullable=True),
        sa.Column("last_pay_people", sa.Integer(), nullable=True),
        sa.Column("last_pay_source", sa.String(length=80), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_position_headcount")),
        sa.CheckConstraint("probation_months >= 0 AND probation_wage >= 0", name=op.f("ck_position_probation")),
        sa.CheckConstraint("wage_low > 0 AND wage_high >= wage_low", name=op.f("ck_position_wage")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_position_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint("enterprise_id", "code", name=op.f("uq_position_enterprise_id_code")),
    )
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_position_enterprise_id_state"), ["enterprise_id", "state"], unique=False)

    op.create_table(
        "school_plan",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.CheckConstraint("plan >= 0", name=op.f("ck_school_plan_plan")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_school_plan_round_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_school_plan_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_plan")),
        sa.UniqueConstraint("round_id", "school_id", name=op.f("uq_school_plan_round_id_school_id")),
    )
    op.create_table(
        "category_claim",
        sa.Column("id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.CheckConstraint("level IN ('stated', 'uploaded', 'verified')", name=op.f("ck_category_claim_level")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_category_claim_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_claim")),
        sa.UniqueConstraint("application_id", "category", name=op.f("uq_category_claim_application_id_category")),
    )
    op.create_table(
        "choice_list",
        sa.Column("id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.Column("adjustable", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_choice_list_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice_list")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_choice_list_application_id_number")),
    )
    op.create_table(
        "class_hours",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_class_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("professional", sa.Integer(), nullable=False),
        sa.Column("workshop", sa.Integer(), nullable=False),
        sa.Column("core", sa.Integer(), nullable=False),
        sa.Column("ordinary_core", sa.Integer(), nullable=False),
        sa.CheckConstraint("core >= 0 AND ordinary_core >= 0", name=op.f("ck_class_hours_core")),
        sa.CheckConstraint("workshop >= 0 AND workshop <= professional", name=op.f("ck_class_hours_workshop")),
        sa.ForeignKeyConstraint(["order_class_id"], ["order_class.id"], name=op.f("fk_class_hours_order_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_hours")),
        sa.UniqueConstraint("order_class_id", "year", name=op.f("uq_class_hours_order_class_id_year")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=True),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_evidence_application_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_evidence_decided_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_evidence_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("uid", name=op.f("uq_evidence_uid")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_state"), ["state"], unique=False)

    op.create_table(
        "guardian",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("phone_hint", sa.String(length=11), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_guardian_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian")),
        sa.UniqueConstraint("application_id", name=op.f("uq_guardian_application_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_guardian_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_guardian_uid")),
    )
    op.create_table(
        "reserve",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_class_id", ID, nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_reserve_seats")),
        sa.ForeignKeyConstraint(["order_class_id"], ["order_class.id"], name=op.f("fk_reserve_order_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve")),
        sa.UniqueConstraint("order_class_id", "category", name=op.f("uq_reserve_order_class_id_category")),
    )
    op.create_table(
        "round_class",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("order_class_id", ID, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("min_open", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats >= 0 AND min_open >= 0 AND min_open <= seats", name=op.f("ck_round_class_seats")),
        sa.ForeignKeyConstraint(["order_class_id"], ["order_class.id"], name=op.f("fk_round_class_order_class_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_class_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_class")),
        sa.UniqueConstraint("round_id", "order_class_id", name=op.f("uq_round_class_round_id_order_class_id")),
    )
    op.create_table(
        "run_class",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("order_class_id", ID, nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("cutoff_score", sa.Integer(), nullable=True),
        sa.Column("cutoff_lottery", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["order_class_id"], ["order_class.id"], name=op.f("fk_run_class_order_class_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_class_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_class")),
        sa.UniqueConstraint("run_id", "order_class_id", name=op.f("uq_run_class_run_id_order_class_id")),
    )
    op.create_table(
        "score",
        sa.Column("id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("order_class_id", ID, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.CheckConstraint("value >= 0 AND value <= 100", name=op.f("ck_score_value")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_score_application_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["user.id"], name=op.f("fk_score_entered_by")),
        sa.ForeignKeyConstraint(["order_class_id"], ["order_class.id"], name=op.f("fk_score_order_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint("application_id", "order_class_id", name=op.f("uq_score_application_id_order_class_id")),
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_order_class_id"), ["order_class_id"], unique=False)

    op.create_table(
        "track",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_class_id", ID, nullable=False),
        sa.Column("position_id", ID, nullable=True),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.CheckConstraint("quota IS NULL OR quota >= 0", name=op.f("ck_track_quota")),
        sa.ForeignKeyConstraint(["order_class_id"], ["order_class.id"], name=op.f("fk_track_order_class_id")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_track_position_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
        sa.UniqueConstraint("order_class_id", "position_id", name=op.f("uq_track_order_class_id_position_id")),
    )
    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_track_position_id"), ["position_id"], unique=False)

    op.create_table(
        "choice",
        sa.Column("id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("track_id", ID, nullable=False),
        sa.Column("barred_by", sa.String(length=40), nullable=True),
        sa.CheckConstraint("rank >= 1 AND rank <= 10", name=op.f("ck_choice_rank")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_choice_application_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_choice_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
        sa.UniqueConstraint("application_id", "rank", name=op.f("uq_choice_application_id_rank")),
        sa.UniqueConstraint("application_id", "track_id", name=op.f("uq_choice_application_id_track_id")),
    )
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_choice_track_id"), ["track_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("guardian_id", ID, nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("proved_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_login_session_guardian_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_login_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("guardian_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_index", sa.String(length=64), nullable=True),
        sa.Column("link", sa.String(length=300), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_message_guardian_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_message_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("uid", name=op.f("uq_message_uid")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_address_index"), ["address_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_state_id"), ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_user_id_id"), ["user_id", "id"], unique=False)

    op.create_table(
        "placement",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("track_id", ID, nullable=False),
        sa.Column("position_id", ID, nullable=True),
        sa.Column("offered_position_id", ID, nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("answer_by", MOMENT, nullable=False),
        sa.Column("upgrade", sa.Boolean(), nullable=False),
        sa.Column("guardian_agreed_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_placement_application_id")),
        sa.ForeignKeyConstraint(
            ["offered_position_id"], ["position.id"], name=op.f("fk_placement_offered_position_id")
        ),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_placement_position_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_placement_round_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_placement_run_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_placement_track_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_placement_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_round_id_state"), ["round_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_placement_track_id"), ["track_id"], unique=False)
        batch_op.create_index(
            "uq_placement_accepted_user",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("state = 'accepted'"),
            postgresql_where=sa.text("state = 'accepted'"),
        )
        batch_op.create_index(
            "uq_placement_live_application",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('offered', 'accepting', 'accepted')"),
            postgresql_where=sa.text("state IN ('offered', 'accepting', 'accepted')"),
        )

    op.create_table(
        "run_placement",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("track_id", ID, nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_run_placement_application_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_placement_run_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_run_placement_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_placement")),
        sa.UniqueConstraint("run_id", "application_id", name=op.f("uq_run_placement_run_id_application_id")),
    )
    op.create_table(
        "run_reason",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("track_id", ID, nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("limit", sa.String(length=60), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_run_reason_application_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_reason_run_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_run_reason_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_reason")),
    )
    with op.batch_alter_table("run_reason", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_reason_run_id_application_id"), ["run_id", "application_id"], unique=False
        )

    op.create_table(
        "agreement",
        sa.Column("id", ID, nullable=False),
        sa.Column("placement_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("enterprise_id", ID, nullable=False),
        sa.Column("guardian_id", ID, nullable=True),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("check_code", sa.String(length=30), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("sign_by", MOMENT, nullable=False),
        sa.Column("turn_since", MOMENT, nullable=False),
        sa.Column("in_force_at", MOMENT, nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("refusal_ground", sa.String(length=20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_agreement_enterprise_id")),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_agreement_guardian_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_agreement_placement_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_agreement_school_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_agreement_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("check_code", name=op.f("uq_agreement_check_code")),
        sa.UniqueConstraint("number", name=op.f("uq_agreement_number")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_enterprise_id_state"), ["enterprise_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_guardian_id"), ["guardian_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_placement_id"), ["placement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_school_id_state"), ["school_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_agreement_live_user",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('refused', 'withdrawn', 'expired', 'ended', 'void', 'fulfilled')"),
            postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn', 'expired', 'ended', 'void', 'fulfilled')"),
        )

    op.create_table(
        "denial",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_denial_agreement_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name=op.f("fk_denial_answered_by")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_denial_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denial")),
    )
    with op.batch_alter_table("denial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_denial_agreement_id"), ["agreement_id"], unique=False)

    op.create_table(
        "ending",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("asked_by", sa.String(length=12), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("notice", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("passed_on_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("closed_because", sa.Text(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_ending_agreement_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_ending_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ending")),
    )
    with op.batch_alter_table("ending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ending_due_at"), ["due_at"], unique=False)
        batch_op.create_index(
            "uq_ending_open",
            ["agreement_id"],
            unique=True,
            sqlite_where=sa.text("outcome = ''"),
            postgresql_where=sa.text("outcome = ''"),
        )

    op.create_table(
        "paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_paper_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint(
            "agreement_id",
            "revision_number",
            "state",
            "sha256",
            name=op.f("uq_paper_agreement_id_revision_number_state_sha256"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_paper_uid")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_sha256"), ["sha256"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("terms_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_revision_agreement_id")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_revision_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_revision_agreement_id_number")),
    )
    op.create_table(
        "signature",
        sa.Column("id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("signer_user_id", ID, nullable=True),
        sa.Column("signer_guardian_id", ID, nullable=True),
        sa.Column("signer_name", sa.String(length=60), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=80), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("ticked", sa.JSON(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_signature_revision_id")),
        sa.ForeignKeyConstraint(["signer_guardian_id"], ["guardian.id"], name=op.f("fk_signature_signer_guardian_id")),
        sa.ForeignKeyConstraint(["signer_user_id"], ["user.id"], name=op.f("fk_signature_signer_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("nonce", name=op.f("uq_signature_nonce")),
        sa.UniqueConstraint("revision_id", "party", name=op.f("uq_signature_revision_id_party")),
    )
    for table in APPEND_ONLY:
        _append_only(table)
    queue_schema.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("signature")
    op.drop_table("revision")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_sha256"))

    op.drop_table("paper")
    with op.batch_alter_table("ending", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ending_open", sqlite_where=sa.text("outcome = ''"), postgresql_where=sa.text("outcome = ''")
        )
        batch_op.drop_index(batch_op.f("ix_ending_due_at"))

    op.drop_table("ending")
    with op.batch_alter_table("denial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_denial_agreement_id"))

    op.drop_table("denial")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_agreement_live_user",
            sqlite_where=sa.text("state NOT IN ('refused', 'withdrawn', 'expired', 'ended', 'void', 'fulfilled')"),
            postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn', 'expired', 'ended', 'void', 'fulfilled')"),
        )
        batch_op.drop_index(batch_op.f("ix_agreement_state"))
        batch_op.drop_index(batch_op.f("ix_agreement_school_id_state"))
        batch_op.drop_index(batch_op.f("ix_agreement_placement_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_guardian_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_enterprise_id_state"))

    op.drop_table("agreement")
    with op.batch_alter_table("run_reason", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_reason_run_id_application_id"))

    op.drop_table("run_reason")
    op.drop_table("run_placement")
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_placement_live_application",
            sqlite_where=sa.text("state IN ('offered', 'accepting', 'accepted')"),
            postgresql_where=sa.text("state IN ('offered', 'accepting', 'accepted')"),
        )
        batch_op.drop_index(
            "uq_placement_accepted_user",
            sqlite_where=sa.text("state = 'accepted'"),
            postgresql_where=sa.text("state = 'accepted'"),
        )
        batch_op.drop_index(batch_op.f("ix_placement_track_id"))
        batch_op.drop_index(batch_op.f("ix_placement_round_id_state"))

    op.drop_table("placement")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_user_id_id"))
        batch_op.drop_index(batch_op.f("ix_message_state_id"))
        batch_op.drop_index(batch_op.f("ix_message_address_index"))

    op.drop_table("message")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_user_id"))
        batch_op.drop_index(batch_op.f("ix_login_session_ends_at"))

    op.drop_table("login_session")
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_choice_track_id"))

    op.drop_table("choice")
    with op.batch_alter_table("track", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_track_position_id"))

    op.drop_table("track")
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_order_class_id"))

    op.drop_table("score")
    op.drop_table("run_class")
    op.drop_table("round_class")
    op.drop_table("reserve")
    op.drop_table("guardian")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_state"))
        batch_op.drop_index(batch_op.f("ix_evidence_application_id"))

    op.drop_table("evidence")
    op.drop_table("class_hours")
    op.drop_table("choice_list")
    op.drop_table("category_claim")
    op.drop_table("school_plan")
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_position_enterprise_id_state"))

    op.drop_table("position")
    with op.batch_alter_table("order_class", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_class_alliance_id_state"))

    op.drop_table("order_class")
    op.drop_table("membership")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_user_id"))

    op.drop_table("member")
    op.drop_table("enterprise_headcount")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_user_id"))
        batch_op.drop_index(batch_op.f("ix_application_round_id_state"))

    op.drop_table("application")
    op.drop_table("school")
    op.drop_table("run")
    op.drop_table("enterprise")
    op.drop_table("stored_file")
    op.drop_table("setting")
    op.drop_table("round")
    with op.batch_alter_table("pending_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_import_by_user_id"))

    op.drop_table("pending_import")
    op.drop_table("invitation")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_user_id_purpose"))

    op.drop_table("consent")
    op.drop_table("user")
    op.drop_table("tally")
    with op.batch_alter_table("request_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_key_created_at"))

    op.drop_table("request_key")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_code_phone_index_purpose"))

    op.drop_table("one_time_code")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_run_after"))

    op.drop_table("job")
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_thing_thing_id"))
        batch_op.drop_index(batch_op.f("ix_history_by_user"))

    op.drop_table("history")
    op.drop_table("alliance")
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_append_only()")
    queue_schema.drop(op.get_bind())
