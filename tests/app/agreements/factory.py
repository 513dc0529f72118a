"""Sample terms for the tests. All organisations, people and numbers are invented."""

import datetime
from dataclasses import replace

from app.agreements import terms as t
from app.agreements.clauses import TEMPLATE_VERSION
from app.agreements.document import SignatureLine

BIRTH_OF_A_MINOR = datetime.date(2010, 3, 18)
BIRTH_OF_AN_ADULT = datetime.date(1989, 7, 2)


def minor_terms() -> t.Terms:
    """A girl of seventeen with a rare name, in a full-time class with an internship."""
    return t.Terms(
        template_version=TEMPLATE_VERSION,
        enterprise=t.EnterpriseParty(
            name="威海蓝澜精密医疗器械有限公司",
            credit_code="91371000MA00000T04",
            address="威海市环翠区示范路88号",
            legal_representative="于海澄",
            contact="邹敏",
            phone="0631-0000101",
        ),
        school=t.SchoolParty(
            name="威海市海湾技师学院",
            code="37100901",
            address="威海市文登区学府街6号",
            head="丛立新",
            contact="韩立群",
            phone="0631-0000202",
        ),
        student=t.StudentParty(
            name="王㛃䶮",
            id_kind="居民身份证",
            id_number="371002201003180021",
            birth_date=BIRTH_OF_A_MINOR,
            address="威海市乳山市海阳所镇东山村17号",
            phone="13900006620",
            start_point="初中毕业",
        ),
        guardian=t.GuardianParty(name="𬭎𫖯㼆", relation="母亲", phone="13800003311"),
        alliance=t.AllianceWitness(
            name="威海市医疗器械产教集团（联盟）", lead="威海市海湾技师学院", phone="0631-0000303"
        ),
        order_class=t.ClassTerms(
            name="蓝澜精密装配订单班",
            major="数控机床装配与维修",
            level="高级工",
            years=5,
            study_mode="全日制",
            enrolment_date=datetime.date(2027, 9, 1),
        ),
        training=t.TrainingTerms(
            hours=(
                t.YearHours(1, 640, 240, 220, 160),
                t.YearHours(2, 680, 324, 288, 180),
                t.YearHours(3, 680, 388, 336, 200),
                t.YearHours(4, 600, 384, 284, 160),
                t.YearHours(5, 260, 160, 120, 80),
            ),
            school_teacher="丁一鸣",
            enterprise_mentor="孙师傅（装配高级技师）",
            certificate="装配钳工高级工职业技能等级证书",
        ),
        position=t.PositionTerms(
            name="精密装配工",
            duties="按图样装配、调试微创手术器械组件，记录检验数据，维护工位设备",
            place="威海市环翠区示范路88号二号车间",
            headcount=24,
            hours_system="标准工时制",
            shift="白班8小时，每周休息2天",
            conditions="洁净车间，恒温22–24℃，坐姿作业为主，提供工作服和午餐",
            hazards=("噪声（不超过80分贝）", "少量乙醇蒸气"),
            protection="配发耳塞、防护手套，工位局部排风；每年安排一次职业健康检查",
        ),
        internship=t.InternshipTerms(
            earliest_start=datetime.date(2031, 9, 1), months=6, pay_rule="不低于本单位相同岗位工资标准的80%"
        ),
        employment=t.EmploymentTerms(
            start_date=datetime.date(2032, 7, 15),
            contract_months=36,
            probation_months=2,
            probation_wage=4100,
            wage_min=4600,
            wage_max=5200,
            insurance="依法参加养老、医疗、失业、工伤、生育保险，缴存住房公积金",
        ),
        hiring_conditions=(
            "取得毕业证书",
            "取得装配钳工高级工职业技能等级证书",
            "完成培养计划规定的车间教学和岗位实习",
        ),
        validity=t.ValidityTerms(sign_by=datetime.date(2027, 8, 25), valid_until=datetime.date(2032, 12, 31)),
        remedies=t.RemedyTerms(cancel_notice_days=60, compensation_months=2),
        disputes=t.DisputeTerms(arbitration="威海市环翠区劳动人事争议仲裁委员会", court="甲方所在地人民法院"),
        retention_months=36,
        paper_copies=4,
    )


def adult_terms() -> t.Terms:
    """A grown man in an evening class without internship and without probation."""
    sample = minor_terms()
    return replace(
        sample,
        student=replace(
            sample.student, name="谭石磊", id_number="371082198907020011", birth_date=BIRTH_OF_AN_ADULT,
            start_point="高中毕业",
        ),
        guardian=None,
        order_class=replace(sample.order_class, years=3, study_mode="非全日制（晚间和周末）"),
        internship=None,
        employment=replace(sample.employment, probation_months=0, probation_wage=0, wage_min=11800, wage_max=11800),
        position=replace(sample.position, hazards=()),
        paper_copies=3,
    )


def signatures(terms: t.Terms, made: int = 4) -> list[SignatureLine]:
    """The first `made` signatures in signing order: student, guardian where there is one, enterprise, school."""
    people = [("student", terms.student.name, "本人")]
    if terms.guardian:
        people.append(("guardian", terms.guardian.name, f"{terms.student.name}的监护人"))
    people += [("enterprise", "于海澄", terms.enterprise.name), ("school", "韩立群", terms.school.name)]
    return [
        SignatureLine(party, name, for_whom, f"2027年8月{10 + turn}日 14:0{turn}", "在线确认", f"{turn}f3a9c02")
        for turn, (party, name, for_whom) in enumerate(people[:made])
    ]
