"""What becomes of an uploaded picture: pixels and nothing else, the right way up, no larger than a page needs."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from app.core.errors import Invalid
from app.core.files import LONG_SIDE, MOST_BYTES, MOST_PDF_BYTES, picture
from tests.app.security.bad_values import FILES, polyglot

ORIENTATION, GPS = 0x0112, 0x8825


def a_photo(width: int, height: int, turned: int = 1) -> bytes:
    """A JPEG as a phone takes it, with its position and how the phone was held; red at the left."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = turned
    exif.get_ifd(GPS)[2] = (37.5, 0.0, 0.0)
    image = Image.new("RGB", (width, height), (0, 0, 200))
    image.paste((220, 0, 0), (0, 0, width // 2, height))
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def a_png_that_says_it_is_huge() -> bytes:
    """A header for two and a half thousand million pixels, and nothing behind it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))


def test_a_photo_is_turned_upright_reduced_and_forgets_where_it_was_taken() -> None:
    content, kind = picture(a_photo(3000, 2000, turned=6))
    kept = Image.open(io.BytesIO(content))
    assert kind == "image/jpeg" and max(kept.size) == LONG_SIDE and kept.size[0] < kept.size[1]
    assert dict(kept.getexif()) == {} and b"Exif" not in content
    red, _, blue = kept.getpixel((kept.size[0] // 2, 10))
    assert red > 150 > blue, "what was at the left of the sensor is at the top when the phone was held upright"


def test_what_hides_behind_the_end_of_a_picture_does_not_survive() -> None:
    content, _ = picture(polyglot())
    assert b"script" in polyglot() and b"script" not in content and b"PK" not in content[-100:]


@pytest.mark.parametrize("name", [name for name, _ in FILES if name != "polyglot.jpg"])
def test_what_only_calls_itself_a_picture_is_refused_beside_the_field(name: str) -> None:
    with pytest.raises(Invalid, match="打不开这个文件") as refused:
        picture(dict(FILES)[name]().read())
    assert refused.value.field == "file"


def test_a_phone_with_48_million_pixels_is_welcome_and_a_bomb_is_not() -> None:
    large = io.BytesIO()
    Image.new("L", (8000, 6000), 128).save(large, "JPEG", quality=30)
    assert picture(large.getvalue())[1] == "image/jpeg"
    with pytest.raises(Invalid):
        picture(a_png_that_says_it_is_huge())


def test_the_limits_are_said_with_their_number() -> None:
    with pytest.raises(Invalid, match="20MB以内"):
        picture(b"\xff" * (MOST_BYTES + 1))
    with pytest.raises(Invalid, match="8MB以内"):
        picture(b"%PDF-1.7" + b"0" * MOST_PDF_BYTES + b"%%EOF")
