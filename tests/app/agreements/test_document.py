"""The printed paper, read back from the PDF."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.agreements.document import Unprintable, render_pdf
from app.agreements.paper import document_text, text_sha256
from tests.app.agreements.factory import adult_terms, minor_terms, signatures

CODE = "7KQM-2XRA-V9DT-HW4P"
reads_pdf = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler to read the PDF back")


def printed(terms, made=4, **changes):
    details = {
        "state": "已生效" if made == 4 else "待企业",
        "number": "2027-MD03-0418-PG",
        "revision": 2,
        "check_code": CODE,
        "check_url": f"https://sanfang.example.cn/check/{CODE}",
        "text_sha256": text_sha256(terms),
        "signatures": signatures(terms, made),
        "in_force": made == 4,
    }
    return render_pdf(terms, **(details | changes))


def pages(pdf, *options):
    read = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode().rstrip("\f").split("\f")


def plain(text):
    return re.sub(r"\s", "", text)


def test_the_same_paper_is_the_same_bytes_also_from_two_threads():
    terms = minor_terms()
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(lambda _: printed(terms), range(4)))
    assert len(set(made)) == 1
    assert made[0].startswith(b"%PDF-1.7")
    assert printed(adult_terms()) != made[0]


def test_it_declares_itself_fit_for_the_archive():
    pdf = printed(minor_terms())
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf


def test_a_hash_of_other_words_is_never_printed():
    with pytest.raises(ValueError, match="hash"):
        printed(minor_terms(), text_sha256=text_sha256(adult_terms()))


def test_a_signature_of_somebody_who_need_not_sign_is_refused():
    with pytest.raises(ValueError, match="guardian"):
        printed(adult_terms(), signatures=signatures(minor_terms()))


@reads_pdf
@pytest.mark.parametrize("terms", [minor_terms(), adult_terms()], ids=["minor", "adult"])
def test_every_hashed_word_is_on_the_paper(terms):
    paper = plain("".join(pages(printed(terms), "-raw")))
    paper = re.sub(rf"查验码{CODE}第\d+页，共\d+页|三方预就业协议编号2027-MD03-0418-PG第2稿已生效", "", paper)
    missing = [part for line in document_text(terms).splitlines() for part in re.split(r"[：｜ ]", line)
               if plain(part) not in paper]
    assert missing == ["模板版本"] or missing == []


@reads_pdf
def test_until_it_is_in_force_every_page_says_so():
    made = pages(printed(minor_terms(), made=2))
    assert len(made) >= 6
    for page in made:
        assert watermark(page, "未生效")


@reads_pdf
def test_in_force_no_page_is_stamped():
    assert not [page for page in pages(printed(minor_terms(), made=4)) if watermark(page, "未生效")]


@reads_pdf
@pytest.mark.parametrize(
    ("state", "word"),
    [("已解除", "已解除"), ("已作废", "已作废"), ("待院校签", "未生效"), ("退回修改", "未生效")],
)
def test_a_paper_that_has_ended_says_how(state, word):
    assert all(watermark(page, word) for page in pages(printed(adult_terms(), state=state, in_force=False)))


def watermark(page, word):
    """The slanted stamp comes out of the reader as single signs on lines of their own."""
    lines = [line.strip() for line in page.splitlines()]
    return all(sign in lines for sign in word)


@reads_pdf
def test_the_boxes_show_who_has_signed_and_who_has_not():
    text = plain("".join(pages(printed(minor_terms(), made=2))))
    assert text.count("已签署") == 2
    assert text.count("尚未签署") == 2
    assert "2027年8月11日14:01" in text
    assert "在线确认" in text
    assert "法定代表人或者授权代表签字、盖章" in text
    assert "法定代表人或者授权代表签字、盖章" not in plain("".join(pages(printed(minor_terms(), made=4))))


@reads_pdf
def test_only_a_minor_has_a_guardians_box():
    assert "监护人" in plain("".join(pages(printed(minor_terms()))))
    assert "监护人" not in plain("".join(pages(printed(adult_terms()))))


@reads_pdf
def test_number_state_code_and_page_stand_on_every_page():
    made = pages(printed(minor_terms(), made=2))
    for index, page in enumerate(made, 1):
        text = plain(page)
        for expected in ("2027-MD03-0418-PG", "第2稿", "待企业", CODE, f"第{index}页，共{len(made)}页"):
            assert expected in text


@reads_pdf
def test_the_certificate_carries_the_whole_hash_and_the_template():
    terms = minor_terms()
    last = plain(pages(printed(terms))[-1])
    assert text_sha256(terms) in last
    assert terms.template_version in last
    assert "数字证书签名" in last


@reads_pdf
def test_a_draft_without_number_and_code_prints_all_the_same():
    draft = printed(minor_terms(), made=0, state="草稿", number=None, check_code=None, check_url=None)
    text = plain("".join(pages(draft)))
    assert "待编号" in text
    assert "None" not in text


@reads_pdf
def test_rare_characters_of_names_are_drawn_and_can_be_copied():
    sample = minor_terms()
    terms = replace(sample, student=replace(sample.student, name="王㛃䶮𬭎𫖯㼆𠅤"))
    assert "王㛃䶮𬭎𫖯㼆𠅤" in plain("".join(pages(printed(terms))))


@reads_pdf
def test_all_fonts_come_from_the_pinned_package_and_are_embedded():
    listing = subprocess.run(["pdffonts", "-"], input=printed(minor_terms()), capture_output=True, check=True)
    rows = listing.stdout.decode().splitlines()[2:]
    assert {re.sub(r"^[A-Z]{6}\+", "", row.split()[0]).split("-")[0] for row in rows} == {
        "NotoSerifSC", "NotoSansSC", "DejaVuSansMono"
    }


def test_words_that_look_like_commands_stay_words():
    sample = minor_terms()
    nasty = replace(sample, student=replace(sample.student, name='#panic("x") $1/0$ ]*_`', address="\\ <b> @a"))
    assert printed(nasty).startswith(b"%PDF")


@pytest.mark.parametrize("sign", ["🙂", "བ"])
def test_a_sign_without_a_shape_is_named_and_not_left_out_silently(sign):
    sample = minor_terms()
    with pytest.raises(Unprintable) as refusal:
        printed(replace(sample, student=replace(sample.student, name=f"王{sign}")))
    assert refusal.value.text == sign


@reads_pdf
def test_very_long_entries_run_on_to_further_pages_and_nothing_is_cut_off():
    sample = minor_terms()
    duties = "按图样装配、调试器械组件，" * 150 + "末尾这一句也要看得见"
    long = replace(sample, position=replace(sample.position, duties=duties))
    assert "末尾这一句也要看得见" in plain("".join(pages(printed(long))))
