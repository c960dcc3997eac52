import itertools
import json
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jihe_extract.numbers.spotting import quantities, quantities_in_cell

PHENOMENA = Path(__file__).parents[3] / "shared" / "phenomena" / "phenomena.jsonl"


def told(text: str) -> list[str]:
    """Quantities as ``surface=value unit relation``, marks as in the phenomena file."""
    out = []
    for q in quantities(text):
        mark = "^" if q.inherited else "?" if q.inferred else ""
        relation = "" if q.relation == "eq" else " " + q.relation
        out.append(f"{q.text}={q.value.normalize():f} {q.unit}{mark}{relation}".replace("  ", " ").strip())
    return out


# our own sentences, one group a line of the phenomena list
CASES = [
    # money
    ("全年支出 964.07 万元", ["964.07 万元=9640700 CNY"]),
    ("每户补贴480元", ["480元=480 CNY"]),
    ("完成投资1.7亿元", ["1.7亿元=170000000 CNY"]),
    ("支付金额为 88.31\n\n万元，其余结转", ["88.31\n\n万元=883100 CNY"]),
    ("完成率为 64\n\n.82%，低于预期", ["64\n\n.82%=0.6482 %"]),
    ("共5，第3，7人", ["7人=7 人"]),
    ("尚余 6.4 万\n元未付", ["6.4 万\n元=64000 CNY"]),
    ("决算为2,417.30万元", ["2,417.30万元=24173000 CNY"]),
    ("共计３，４０６．２５元", ["３，４０６．２５元=3406.25 CNY"]),
    ("签约价人民币72万元", ["人民币72万元=720000 CNY"]),
    ("成交价￥65,300.00", ["￥65,300.00=65300 CNY"]),
    ("总投入3亿元人民币", ["3亿元人民币=300000000 CNY"]),
    ("单价18元6角", ["18元6角=18.6 CNY"]),
    ("自筹2千万元、捐赠7百万元", ["2千万元=20000000 CNY", "7百万元=7000000 CNY"]),
    ("下达31万，支付27.5万", ["31万=310000 CNY?", "27.5万=275000 CNY?"]),
    ("出国经费0万元", ["0万元=0 CNY"]),
    ("本期变动-6.8万元", ["-6.8万元=-68000 CNY"]),
    ("年中调整数 −84.00 万元", ["−84.00 万元=-840000 CNY"]),
    ("中期调减91.2万元", ["91.2万元=912000 CNY dec"]),
    ("（单位：万元）\n全年预算数\t318.46", ["318.46=3184600 CNY^"]),
    ("公用经费（万元）：62.9", ["62.9=629000 CNY^"]),
    ("场租9.5元/平方米", ["9.5元=9.5 CNY"]),
    ("投入22万元14个村受益", ["22万元=220000 CNY", "14个=14 个"]),
    ("合计50万元（其中：设备32万元，维护18万元）", ["50万元=500000 CNY", "32万元=320000 CNY", "18万元=180000 CNY"]),
    ("较预算节约 3.40 万元", ["3.40 万元=34000 CNY"]),
    ("补贴标准12千元", ["12千元=12000 CNY"]),
    ("发电3千瓦时", ["3千瓦时=3 千瓦时"]),
    # Chinese numerals
    ("救助金四万六千元", ["四万六千元=46000 CNY"]),
    ("借支贰佰万元整", ["贰佰万元整=2000000 CNY"]),
    ("实付柒仟零捌拾元叁角", ["柒仟零捌拾元叁角=7080.3 CNY"]),
    ("共计贰拾万零伍仟陆佰元整", ["贰拾万零伍仟陆佰元整=205600 CNY"]),
    ("奖励2万8千元", ["2万8千元=28000 CNY"]),
    ("联系十七个村组", ["十七个=17 个"]),
    ("出台两条措施", ["两条=2 条"]),
    ("惠及二千零八人", ["二千零八人=2008 人"]),
    ("清淤四点二公里", ["四点二公里=4.2 公里"]),
    ("历时两年半，回收五吨半", ["两年半=2.5 年", "五吨半=5.5 吨"]),
    ("内设三办四中心", ["三办=3 办", "四中心=4 中心"]),
    ("完成百分之六十", ["百分之六十=0.6 %"]),
    ("下降百分之四点二", ["百分之四点二=0.042 %"]),
    ("不超千分之五、万分之三", ["千分之五=0.005 % le", "万分之三=0.0003 %"]),
    ("八成以上商户参加", ["八成=0.8 % ge"]),
    ("九成四的群众", ["九成四=0.94 %"]),
    ("七点五成以上的住户", ["七点五成=0.75 % ge"]),
    ("提高百分之1,250", ["百分之1,250=12.5 %"]),
    ("增长四十二  个百分点", ["四十二 个百分点=0.42 %"]),
    ("单价六元四毛", ["六元四毛=6.4 CNY"]),
    ("四分之三以上代表同意", ["四分之三=0.75 % ge"]),
    ("为上年的2.4倍", ["2.4倍=2.4 倍"]),
    ("保持零上访、零违纪", ["零上访=0 上访", "零违纪=0 违纪"]),
    # counts and measures
    ("管理 16 个小区", ["16 个=16 个"]),
    ("接待来访 352 人次", ["352 人次=352 人次"]),
    ("巡查门店3180 家（次）", ["3180 家（次）=3180 家（次）"]),
    ("举办9场次、走访150余家次", ["9场次=9 场次", "150余家次=150 家次 ge"]),
    ("安置41户126人", ["41户=41 户", "126人=126 人"]),
    ("铺装2.6万平方米、管网4.8公里", ["2.6万平方米=26000 平方米", "4.8公里=4.8 公里"]),
    ("实际规模1240㎡", ["1240㎡=1240 ㎡"]),
    ("权重为6分，自评得5.31分", ["6分=6 分", "5.31分=5.31 分"]),
    ("采样点 27\n处", ["27\n处=27 处"]),
    ("新建驿站≥（座）\t15", ["15=15 座^ ge"]),
    ("限期15个工作日，周期6个月", ["15个工作日=15 工作日", "6个月=6 月"]),
    ("70岁以上老人", ["70岁=70 岁 ge"]),
    ("覆盖居民2.1万人", ["2.1万人=21000 人"]),
    ("用电1.2万千瓦时", ["1.2万千瓦时=12000 千瓦时"]),
    # percentages
    ("支付率为93.08%", ["93.08%=0.9308 %"]),
    ("合格率为 99 %", ["99 %=0.99 %"]),
    ("达标率８７．５％", ["８７．５％=0.875 %"]),
    ("同比-1.8%", ["-1.8%=-0.018 %"]),
    ("较年初提升4.1个百分点", ["4.1个百分点=0.041 %"]),
    ("差错率2‰", ["2‰=0.002 %"]),
    ("目标 $\\leq 12\\%$", ["12\\%=0.12 % le"]),
    # comparators
    ("预期为大于等于 8%", ["8%=0.08 % ge"]),
    ("小于等于1720.6万元", ["1720.6万元=17206000 CNY le"]),
    ("目标 ≥ 6 场", ["6 场=6 场 ge"]),
    (
        "≤20天，>=3项，＞70%，＜8件，⩾5家",
        ["20天=20 天 le", "3项=3 项 ge", "70%=0.7 % gt", "8件=8 件 lt", "5家=5 家 ge"],
    ),
    (
        "不低于90%，不少于4次，不超过9万元，不高于3%",
        ["90%=0.9 % ge", "4次=4 次 ge", "9万元=90000 CNY le", "3%=0.03 % le"],
    ),
    ("至少2场，最多8人，不足2个月", ["2场=2 场 ge", "8人=8 人 le", "2个月=2 月 lt"]),
    (
        "6人以上，4%以下，10日以内，30万元（含）以上",
        ["6人=6 人 ge", "4%=0.04 % le", "10日=10 日 le", "30万元=300000 CNY ge"],
    ),
    ("销售超700万元，产值突破3亿元，逾260户", ["700万元=7000000 CNY gt", "3亿元=300000000 CNY gt", "260户=260 户 gt"]),
    ("大于50%且小于75%", ["50%=0.5 % gt", "75%=0.75 % lt"]),
    ("接待费控制在6万元以内", ["6万元=60000 CNY le"]),
    # approximations
    ("发动志愿者1830余人次", ["1830余人次=1830 人次 ge"]),
    ("客流约18万人次", ["18万人次=180000 人次 approx"]),
    ("走访近450户", ["450户=450 户 lt"]),
    ("宣传2万余人，惠及30多万元", ["2万余人=20000 人 ge", "30多万元=300000 CNY ge"]),
    ("检查十余家，整改二百多处，三十来人", ["十余家=10 家 ge", "二百多处=200 处 ge", "三十来人=30 人 approx"]),
    ("数十名志愿者、几百户居民、上千人次", ["数十名=10 名 ge", "几百户=100 户 ge", "上千人次=1000 人次 ge"]),
    ("组织四五十人、五六百户", ["四五十人=40 人 range", "五六百户=500 户 range"]),
    ("平均20分钟左右", ["20分钟=20 分钟 approx"]),
    # ranges and changes
    ("每班6-9人", ["6=6 人 lo", "9人=9 人 hi"]),
    ("造价8～12万元", ["8=80000 CNY lo", "12万元=120000 CNY hi"]),
    ("2至4个工作日，三到五次", ["2=2 工作日 lo", "4个工作日=4 工作日 hi", "三=3 次 lo", "五次=5 次 hi"]),
    ("55%-75%", ["55%=0.55 % lo", "75%=0.75 % hi"]),
    ("由18家增加到24家", ["18家=18 家 from", "24家=24 家 to"]),
    ("同比增长8.6%，增加21人", ["8.6%=0.086 % inc", "21人=21 人 inc"]),
    # indicator rows
    ("培训骨干≥（人）\t20人\t24人\t5\t5", ["20人=20 人 ge", "24人=24 人", "5=5 分^", "5=5 分^"]),
    ("指标值: 6 次, 自评完成值: 9 次, 指标完成率 150%", ["6 次=6 次", "9 次=9 次", "150%=1.5 %"]),
    ("决策权重 10，得分率 90%，得 9；", ["10=10 分^", "90%=0.9 %", "9=9 分^"]),
    ("当年执行 19.50、整体目标 55.10", ["19.50=19.5", "55.10=55.1"]),
    ("控制率=216÷1080×100%=20%", ["216=216", "1080=1080", "100%=1 %", "20%=0.2 %"]),
    # broken numbers
    ("执行率为 9\n7.00%", ["9\n7.00%=0.97 %"]),
    ("执行率为 93.\n08%", ["93.\n08%=0.9308 %"]),
    ("满意的占9成，下降7.5成", ["9成=0.9 %", "7.5成=0.75 %"]),
    ("增幅为负3.9%，个人自负30%", ["负3.9%=-0.039 %", "30%=0.3 %"]),
    ("历时5个多月，停工2个半月，晚了3天多", ["5个多月=5 月 ge", "2个半月=2.5 月", "3天=3 天 ge"]),
    ("名单20，300元", ["300元=300 CNY"]),
]

SILENT = [
    "2022年11月30日前",
    "2022.09.08 印发",
    "2021—2023年度",
    "2022-09-08",
    "二〇二二年度",
    "某财预〔2021〕58 号",
    "某政办发【2019】7号",
    "12345 热线受理",
    "联系电话：13900001234",
    "电话 0991-1234567",
    "4.1.2 采购管理",
    "2、严格审批；（三）健全制度",
    "3.机构设置",
    "“248”目标、“6+N”机制",
    "三公经费、三会一课、一岗双责、四上企业",
    "二级指标、三级指标",
    "第二书记、第四季度、第六十三条",
    "一是健全制度；二是压实责任",
    "一般、统一、一批批、万无一失、一心一意",
    "收拾庭院、登陆系统、放肆、队伍建设",
    "五里铺、六道街、七家湾",
    "附件3、表2-4",
    "设备编码B202203040506",
    "八一路、三中、四级网格",
    "23年度",
    "截至12月底",
    "9:30—18:00",
    "7×24小时值守"[:4],
    "《关于印发6个办法的通知》",
    "十四五规划、二十大精神、八项规定",
    "一村一品、一户一策、一物一卡一码",
    "零距离服务、零售网点",
    "24小时值守，5G网络，按3:7分担",
    "逐户走访，不漏一人",
    "一个支部一个品牌",
    "某届三次会议",
    "",
    "。",
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0][:24] for c in CASES])
def test_phenomena_in_our_words(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("text", SILENT)
def test_silent(text: str) -> None:
    assert told(text) == []


def test_the_shared_phenomena() -> None:
    if not PHENOMENA.exists():
        pytest.skip("the shared phenomena file is not here")
    for line in PHENOMENA.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        found = [
            (q.text, q.value, q.unit + ("^" if q.inherited else "?" if q.inferred else ""), q.relation)
            for q in quantities(case["text"])
        ]
        gold = [(s, Decimal(v), u, "eq" if r in ("=", "") else r) for s, v, u, r in case["gold"]]
        blurred = [(s, v, "*" if g[2] == "*" else u, r) for (s, v, u, r), g in zip(found, gold, strict=False)]
        assert len(found) == len(gold) and blurred == gold, case["id"]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("1208.45万元", "100"),
        ("25万", "10000"),
        ("87.16%", "0.0001"),
        ("3,208元", "1"),
        ("五万三千元", "1000"),
        ("十个", "1"),
    ],
)
def test_step_is_the_worth_of_the_last_shown_digit(text: str, step: str) -> None:
    (q,) = quantities(text)
    assert q.step == Decimal(step)


@pytest.mark.parametrize(
    ("cell", "hint", "expected"),
    [
        ("1,208.50", "万元", [("1,208.50", "12085000", "CNY", "eq")]),
        (" 94% ", "", [("94%", "0.94", "%", "eq")]),
        ("0.94", "", [("0.94", "0.94", "", "eq")]),
        ("-", "", []),
        ("—", "万元", []),
        ("——", "", []),
        ("/", "", []),
        ("", "万元", []),
        ("无", "", []),
        ("（5.50）", "万元", [("（5.50）", "-55000", "CNY", "eq")]),
        ("（1）", "", []),
        ("-3.20", "万元", [("-3.20", "-32000", "CNY", "eq")]),
        ("7个", "", [("7个", "7", "个", "eq")]),
        ("≥95%", "", [("95%", "0.95", "%", "ge")]),
        ("≥120", "次", [("120", "120", "次", "ge")]),
        ("1889.97万元", "元", [("1889.97万元", "18899700", "CNY", "eq")]),
        ("1次闯关赛", "", [("1次", "1", "次", "eq")]),
        ("2.10E+03", "", []),
        ("有所提升", "", []),
        ("2023年", "", []),
        ("１２．５", "分", [("１２．５", "12.5", "分", "eq")]),
    ],
)
def test_cells(cell: str, hint: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = quantities_in_cell(cell, hint)
    assert [(q.text, q.value, q.unit, q.relation) for q in found] == [
        (text, Decimal(value), unit, relation) for text, value, unit, relation in expected
    ]
    assert all(cell[q.start : q.end] == q.text for q in found)


ALPHABET = "0123456789０９.,，。、；：:-—~～≥≤<>（）()《》“”\n\t 万亿千百十一二两三零半点元角分%％个人次家户年月日号第约近余多至到由增加减少不低于以上内单位得权重￥人民币abE"


@given(st.text(alphabet=ALPHABET, max_size=80))
def test_offsets_quote_the_text_and_spans_are_disjoint(text: str) -> None:
    found = quantities(text)
    for q in found:
        assert text[q.start : q.end] == q.text != ""
        assert q.step > 0
    for a, b in itertools.pairwise(found):
        assert a.end <= b.start


@given(st.text(max_size=60), st.text(alphabet=ALPHABET, max_size=20))
def test_cells_of_any_text(noise: str, cell: str) -> None:
    for text in (noise, cell):
        for q in quantities_in_cell(text, "万元"):
            assert text[q.start : q.end] == q.text


WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@given(
    st.integers(0, 10**9),
    st.integers(0, 2),
    st.sampled_from(["万元", "元", "%", "人次", "分", "公里"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", " ", "\n", "\u3000"]),
)
def test_values_come_back_in_every_format(
    digits: int, places: int, unit: str, grouped: bool, wide: bool, gap: str
) -> None:
    value = Decimal(digits).scaleb(-places)
    shown = f"{value:,f}" if grouped else f"{value:f}"
    shown = shown.translate(WIDE) if wide else shown
    scale = {"万元": Decimal(10000), "%": Decimal("0.01")}.get(unit, Decimal(1))
    (q,) = quantities(f"合计{shown}{gap}{unit}。")
    assert q.value == value * scale
    assert q.shown == shown and q.shown_decimals == places
    assert q.step == scale.scaleb(-places)


HOSTILE = [
    "万元",
    "9",
    "，",
    "一",
    "（",
    "1,",
    "1.",
    "9万",
    "1-",
    "一万",
    "百分之",
    "增加到",
    "《",
    "\t1",
    "≥",
    "1\n",
    "第一",
    "三四",
    "半",
    "（单位：万元",
    "￥",
    "1（",
    "两办",
    "分之",
    "2023年",
    "-",
    "九成",
    "3万5千",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_on_runs(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begin = time.process_time()
        quantities(text)
        return time.process_time() - begin

    seconds(2_000)
    assert seconds(80_000) < 40 * max(seconds(8_000), 0.004)
