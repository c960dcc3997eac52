"""Personal data in a text that is made public."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from jihe_audit.ledger import Ledger
from jihe_audit.rule import Outcome, rule
from jihe_extract.document import Span

_MOBILE = regex.compile(r"(?<![\d.])1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?![\d.])")
_IDENTITY = regex.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NAME = regex.compile(
    r"(?:信访对象|上访人|信访人|上访户|(?:重点人员|救助对象|受助人|当事人|患者)(?:为|是|名叫|[:：]))(?:为|是|名叫|[:：])?\s*(?P<at>[\p{Han}]{2,3})(?=已|的|等|，|、|。|案|自|多次|因|反映|进入)"
    r"|(?P<at2>[\p{Han}]{2,3}?)(?:信访|上访)(?:积案|案件|事项|问题|案)"
)
_CUE = regex.compile("信访|上访|重点人员|救助对象|受助人|当事人|患者")
"""What every match of :data:`_NAME` holds: at its beginning, or two or three characters further on."""
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣"
    "邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲"
    "伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵"
    "冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东"
    "欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
)
_NOT_NAMES = (
    "满意",
    "重点",
    "历史",
    "积压",
    "重复",
    "突出",
    "初次",
    "越级",
    "集体",
    "群众",
    "居民",
    "本级",
    "国家",
    "全部",
    "相关",
    "有关",
    "各类",
    "各项",
    "省级",
    "市级",
    "化解",
    "处理",
    "受理",
    "办理",
    "涉法",
    "涉诉",
    "进京",
    "赴省",
    "网上",
    "来信",
    "来访",
    "党员",
    "干部",
)


def valid_identity(number: str) -> bool:
    """Whether the last character of an 18-digit identity number is its check digit."""
    rest = sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True)) % 11
    return number[17].upper() == "10X98765432"[rest]


@rule(
    id="L01",
    title="公开文本含个人手机号码、身份证号码",
    category="L01",
    severity="warning",
    basis=("GB-25", "MF-1034"),
    advice="公开前删除或遮盖号码中间各位。",
    consequence="text",
    fails=("填表人：李某某  联系电话：«13800138000»",),
    passes=("填表人：李某某  联系电话：0991-3812345", "全年服务13800138人次。"),
)
def numbers(ledger: Ledger) -> Outcome:
    """绩效自评报告依法公开，其中的个人手机号码、身份证号码应当脱敏。身份证号码以校验位核实。"""
    text = ledger.document.text
    for match in _MOBILE.finditer(text):
        shown = regex.sub(r"\D", "", match[0])
        yield ledger.finding(f"文中出现手机号码{shown[:3]}****{shown[-4:]}，公开前应脱敏。", Span(*match.span()))
    for match in _IDENTITY.finditer(text):
        if valid_identity(match[0]):
            yield ledger.finding(
                f"文中出现身份证号码{match[0][:2]}{'*' * 13}{match[0][-3:]}，公开前应脱敏。", Span(*match.span())
            )


def _named(text: str) -> Iterator[regex.Match[str]]:
    """The matches of :data:`_NAME` in order, looked for only where a cue lets one begin."""
    end = 0
    starts = {max(0, cue.start() - back) for cue in _CUE.finditer(text) for back in (3, 2, 0)}
    for start in sorted(starts):
        match = _NAME.match(text, start) if start >= end else None
        if match is not None:
            end = match.end()
            yield match


@rule(
    id="L02",
    title="公开文本含信访人、受助人姓名",
    category="L02",
    severity="warning",
    basis=("XX-15", "GB-28"),
    advice="公开前隐去姓名和案情，改用“某信访人”等表述。",
    consequence="text",
    fails=("成功化解«王小明»信访积案。", "重点信访对象«赵四海»已进入审判阶段。"),
    passes=("成功化解重点信访积案3件。", "全年处理群众信访问题21件。"),
)
def names(ledger: Ledger) -> Outcome:
    """信访人、上访人、救助对象、患者等的姓名属个人信息，不应出现在公开文本中。"""
    text = ledger.document.text
    for match in _named(text):
        group = "at" if match["at"] else "at2"
        start, end = match.span(group)
        while start < end and text[start] not in _SURNAMES and end - start > 2:
            start += 1
        who = text[start:end]
        if who[0] not in _SURNAMES or any(who.startswith(w) or who.endswith(w) for w in _NOT_NAMES):
            continue
        yield ledger.finding(
            f"文中出现涉及信访（救助）的人员姓名“{who[0]}{'*' * (len(who) - 1)}”，公开前应匿名。", Span(start, end)
        )
