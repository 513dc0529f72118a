"""Stored files: sealed in the database, so that they share its transaction, its backup and its key ring.

Pictures are decoded, turned upright, reduced and written anew: nothing but pixels survives (no position, no payload).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import Base, Id, Uid, db
from app.core.errors import Invalid

# A photograph is made small here; a PDF stays as it came.
MOST_BYTES = 20 * 1024 * 1024
MOST_PDF_BYTES = 8 * 1024 * 1024
# Phones take 108 million pixels; of a JPEG only as many are decoded as are wanted.
MOST_PIXELS = 40_000_000
MOST_PIXELS_OF_JPEG = 120_000_000
LONG_SIDE = 1600


class StoredFile(Base):
    """One sealed file; the name it came with is never used as a path."""

    __tablename__ = "stored_file"
    id: Mapped[Id]
    uid: Mapped[Uid]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None]
    created_at: Mapped[dt.datetime]
    deleted_at: Mapped[dt.datetime | None]


def picture(raw: bytes) -> tuple[bytes, str]:
    """Re-encode an upload as JPEG, or pass a PDF through. Returns bytes and media type.

    Raises:
        Invalid: too large, or neither a picture nor a PDF (field ``file``).
    """
    from PIL import Image, ImageOps

    if len(raw) > MOST_BYTES:
        raise Invalid("照片太大了，要在20MB以内。在相册里裁掉四周，再传", "file")
    if raw[:5] == b"%PDF-" and b"%%EOF" in raw[-2048:]:
        if len(raw) > MOST_PDF_BYTES:
            raise Invalid("PDF太大了，要在8MB以内。拍成照片传也行", "file")
        return raw, "application/pdf"
    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as image:
            most = MOST_PIXELS_OF_JPEG if image.format == "JPEG" else MOST_PIXELS
            if image.width * image.height > most:
                raise Invalid("照片的尺寸太大了，用手机普通模式再拍一张", "file")
            image.draft("RGB", (2 * LONG_SIDE, 2 * LONG_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise Invalid("打不开这个文件。请传照片（JPG、PNG）或者PDF", "file") from fault
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue(), "image/jpeg"


def keep(actor: Actor, content: bytes, media_type: str) -> StoredFile:
    """Seal and store ``content`` in the present transaction."""
    uid = uuid.uuid4().hex
    row = StoredFile(
        uid=uid,
        owner_id=actor.user_id,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=vault().seal("stored_file", "content", uid, content),
        created_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def content_of(file: StoredFile) -> bytes:
    if file.content is None:
        raise Invalid("这份文件已经按规定删除了")
    return vault().open("stored_file", "content", file.uid, file.content)


def forget(file: StoredFile | None) -> None:
    """Delete the bytes; that there was such a file, and when it went, stays. Does nothing without one."""
    if file is None:
        return
    file.content, file.deleted_at = None, now()
    # The hash of a photograph tells nobody anything, but it would still recognise it.
    file.sha256 = ""
