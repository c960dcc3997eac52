# ruff: noqa: E501, SIM905  (word lists are easier to read as plain words)
"""Sets of invented reports with known reuse, for measuring `jihe reuse`.

Every report has headings, outline sentences shared by all regions, sentences of its region's template,
sentences of its own, and passages copied from earlier reports with numbers and names changed, then one word
in fifteen changed as well, then clauses swapped, then all of it. A part of the reports is hard-wrapped, a
part writes full-width figures. Texts are built from words, so that "one word in fifteen" is exact.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

Words = list[str]
"""Words of a passage; ``#`` is a number still to be filled in, ``@`` the unit's own name."""

_AREAS = """沿街商铺 背街小巷 安置小区 城乡结合部 工业园区 中小学校门口 集贸夜市 老年食堂 儿童之家 残疾人之家 便民服务大厅 网格驿站
党群活动室 农家书屋 村级卫生室 乡村道路 机耕道 灌溉水渠 蓄水塘坝 污水管网 雨水篦子 公共厕所 垃圾中转站 口袋公园 健身步道 充电桩
停车场 公交站台 应急避难场所 微型消防站 燃气调压站 高层住宅 群租房屋 废品收购点 危险化学品仓库 建筑工地 砂石堆场 养殖场 果蔬大棚
茶园 林场 湿地 古树名木 文物保护点 非遗工坊 民宿 旅游厕所 电商服务站 快递网点 职工驿站 零工市场 创业孵化园 帮扶车间""".split()
_PEOPLE = """网格员 社区工作者 驻村干部 楼栋长 志愿者 退役军人 新业态劳动者 困难职工 失能老人 留守妇女 事实无人抚养儿童 残疾居民
脱贫户 监测户 返乡青年 种植大户 小微企业主 个体工商户 物业经理 业委会成员 人民调解员 法律顾问 家庭医生 执法队员 安全专干 河湖长
林长 护路员 楼长 联络员 讲解员 技术员 农技人员 督导组成员""".split()
_DEEDS = """登门核对 现场踏勘 集中会商 挂牌督办 销号管理 错时巡查 夜间抽查 交叉检查 随机暗访 分类建档 一户一策 结对帮带 上门代办 预约办理
轮训轮岗 以案释法 入户宣讲 公开评议 张榜公示 第三方测评 跟班学习 延时服务 联席调度 周通报 月复盘 季考核 年终述职 台账比对 数据清洗
信息回填 影像留存 限期整改 约谈提醒 通报批评 表扬激励 补贴发放 物资调配 管线迁改 路面修补 绿植补种 杂物清运 线缆入地 墙面粉刷 设备调试""".split()
_STATES = """不够均衡 衔接不畅 底数不清 标准不一 责任悬空 进度滞后 手段单一 反馈偏慢 资料零散 覆盖有限 力量薄弱 培训不足 更新迟缓 考核偏软
协同不够 宣传不深 测算粗放 需求不明 周转偏长 闲置较多""".split()
_GAINS = """明显改善 稳步回升 提前完成 超过预期 全部办结 逐年下降 持续向好 广泛认可 形成惯例 基本清零 显著缩短 同比减少 保持稳定 成为样板
得到巩固 有效缓解 实现闭环 纳入常态 受到欢迎 按期交付""".split()
_LINKS = """针对 围绕 依托 借助 通过 结合 对照 根据 立足 面向 按照 聚焦""".split()
_TIMES = """上半年 三季度 汛期前 春节前后 入冬以来 开学前 农忙时节 旅游旺季 换届期间 年末 二季度起 每周五 每月中旬 双休日 用电高峰期""".split()
_ORGANS = """综治中心 民政站 司法所 经发办 城建办 农业站 文旅办 退役服务站 应急所 综合执法队 财政所 社保窗口 卫健办 市场监管所 派出所""".split()
_FILLERS = """相应 有关 部分 具体 日常 多个 重点 专项 既有 本级 整体 实际""".split()
_MANAGE = """预算编制 资金拨付 会计核算 政府采购 合同签订 资产登记 绩效监控 信息公开 内部控制 票据管理 往来清理 决算填报 工资发放 公务接待
差旅报销 项目验收 档案归集 资金用途 支付审批 存量盘活""".split()
_RULES = """严格执行 全面落实 认真遵守 统一适用 逐级审核 规范办理 及时登记 定期核对 妥善保管 依规公开 如实填报 集体研究""".split()
_SYLLABLES = "安北昌东丰富广海和宏华嘉建金锦景开乐丽林龙隆明宁平清庆泉荣瑞盛顺泰天同万文西祥新兴秀永玉元远云泽长正中卓"
_HEADS: dict[str, tuple[str, ...]] = {
    "overview": ("一、基本情况", "一、部门概况", "一、单位概况"),
    "work": ("二、年度重点工作", "二、重点工作完成情况"),
    "mgmt": ("三、预算管理及资金使用情况", "三、部门整体支出管理及使用情况"),
    "achievements": ("四、主要成效", "四、取得的成绩"),
    "problems": ("五、存在的主要问题及原因分析", "五、存在问题"),
    "advice": ("六、改进措施和建议", "六、下一步改进措施"),
}
EDITS = ("numbers", "words", "swapped", "all")
"""Numbers and names changed; + one word in fifteen; numbers and clauses swapped; all of it."""


@dataclass(frozen=True)
class Copy:
    """A copied passage: where it stands, where it came from, how it was edited. Offsets are code points."""

    start: int
    end: int
    source: int
    source_start: int
    source_end: int
    edit: str


@dataclass
class Made:
    """A generated report and what is known about it."""

    id: str
    unit: str
    region: str
    text: str
    copies: list[Copy] = field(default_factory=list)
    prescribed: list[tuple[int, int]] = field(default_factory=list)
    """Where template and outline sentences stand."""


class Maker:
    """Makes the reports of a set one after another; only passages that may be copied stay in memory."""

    heads: ClassVar[Mapping[str, tuple[str, ...]]] = _HEADS

    def __init__(
        self,
        count: int,
        *,
        seed: int,
        length: int = 10_000,
        per_region: int = 100,
        copied: float = 0.1,
        template: float = 0.4,
    ) -> None:
        self.random = random.Random(seed)
        self.count, self.length, self.copied, self.template = count, length, copied, template
        self.regions = max(count // per_region, 1)
        self.part = length / 10_000
        """Short reports have a short template, so that each of its sentences is as frequent as in long ones."""
        self.outline = [self._paragraph(self._managed, 3) for _ in range(self._of(40))]
        self.templates = [[self._paragraph(self._managed, 3) for _ in range(self._of(70))] for _ in range(self.regions)]
        self.sources: list[tuple[str, Words, int, int, int]] = []

    def _of(self, many: int) -> int:
        return max(round(many * self.part), 1)

    def __iter__(self) -> Iterator[Made]:
        for number in range(self.count):
            yield self._report(number)

    # words ---------------------------------------------------------------------------------------

    def _own_clause(self) -> Words:
        pick = self.random.choice
        way = self.random.randrange(9)
        if way == 0:
            return [pick(_LINKS), pick(_AREAS), "，", pick(_ORGANS), "会同", pick(_PEOPLE), pick(_DEEDS), "#", "次"]
        if way == 1:
            return [pick(_TIMES), "对", pick(_AREAS), "和", pick(_AREAS), pick(_DEEDS), "，", "处置", "问题", "#", "个"]
        if way == 2:
            return [pick(_PEOPLE), "反映", "的", pick(_AREAS), "改造", "诉求", pick(_GAINS)]
        if way == 3:
            return [pick(_AREAS), pick(_STATES), "，", "主要", "是", pick(_ORGANS), "与", pick(_PEOPLE), pick(_STATES)]
        if way == 4:
            return ["投入", "#", "万元", "用于", pick(_AREAS), pick(_DEEDS), "和", pick(_PEOPLE), "补助"]
        if way == 5:
            return [
                pick(_ORGANS),
                "把",
                pick(_AREAS),
                "列入",
                pick(_TIMES),
                "清单",
                "，",
                "由",
                pick(_PEOPLE),
                pick(_DEEDS),
            ]
        if way == 6:
            return [pick(_PEOPLE), "满意度", "#", "%", "，", pick(_AREAS), "投诉", pick(_GAINS)]
        if way == 7:
            return ["@", pick(_TIMES), "组织", pick(_PEOPLE), "#", "人", "参与", pick(_AREAS), pick(_DEEDS)]
        return ["少数", pick(_PEOPLE), "对", pick(_DEEDS), "要求", "掌握", "不深", "，", pick(_AREAS), pick(_STATES)]

    def _managed(self) -> Words:
        pick = self.random.choice
        way = self.random.randrange(5)
        if way == 0:
            return [
                "本单位",
                pick(_RULES),
                pick(_MANAGE),
                "和",
                pick(_MANAGE),
                "制度",
                "，",
                pick(_MANAGE),
                "流程",
                "完整",
            ]
        if way == 1:
            return ["全年", pick(_MANAGE), "涉及", "#", "万元", "，", "其中", pick(_MANAGE), "#", "万元"]
        if way == 2:
            return ["@", pick(_MANAGE), "由", pick(_ORGANS), pick(_RULES), "，", "未", "发现", "违规", "情形"]
        if way == 3:
            return [pick(_MANAGE), "指标", "预期", "值", "为", "#", "%", "，", "实际", "完成", "#", "%"]
        return ["综上", "，", pick(_MANAGE), "与", pick(_MANAGE), "相互", "匹配", "，", pick(_MANAGE), pick(_RULES)]

    def _paragraph(self, clause: object, sentences: int) -> Words:
        words: Words = []
        for _ in range(sentences):
            for n in range(self.random.randint(2, 3)):
                words += (["，"] if n else []) + clause()  # type: ignore[operator]
            words.append("。")
        return words

    # edits ---------------------------------------------------------------------------------------

    def _edited(self, words: Words, edit: str) -> Words:
        out = list(words)
        if edit in ("swapped", "all"):
            out = self._swapped(out)
        if edit in ("words", "all"):
            plain = [i for i, w in enumerate(out) if w not in "，。#@%" and len(w) > 1]
            for i in self.random.sample(plain, max(len(words) // 15, 1)):
                out[i] = self.random.choice(_FILLERS + _DEEDS)
        return out

    def _swapped(self, words: Words) -> Words:
        sentences: list[list[Words]] = [[[]]]
        for word in words:
            if word == "。":
                sentences.append([[]])
            elif word == "，":
                sentences[-1].append([])
            else:
                sentences[-1][-1].append(word)
        out: Words = []
        for clauses in sentences[:-1]:
            if len(clauses) > 2:
                at = self.random.randrange(len(clauses) - 1)
                clauses[at], clauses[at + 1] = clauses[at + 1], clauses[at]
            for n, clause in enumerate(clauses):
                out += (["，"] if n else []) + clause
            out.append("。")
        return out

    def _filled(self, words: Words, unit: str) -> str:
        return "".join(self._number() if w == "#" else unit if w == "@" else w for w in words)

    def _number(self) -> str:
        if self.random.random() < 0.5:
            return str(self.random.randint(2, 9000))
        return f"{self.random.uniform(1, 900):.2f}"

    def _unit(self) -> str:
        place = "".join(self.random.choice(_SYLLABLES) for _ in range(3))
        return place + self.random.choice(("街道办事处", "镇人民政府", "乡人民政府"))

    def _gap(self) -> str:
        return "\n"

    # reports -------------------------------------------------------------------------------------

    def _report(self, number: int) -> Made:
        rand = self.random
        region = rand.randrange(self.regions)
        unit = self._unit()
        parts = self._parts(number, region)
        placed: dict[str, list[tuple[str, Words, object]]] = {kind: [] for kind in self.heads}
        for part in parts:
            placed[rand.choice(("overview", "mgmt")) if part[0] == "t" else rand.choice(list(self.heads))].append(part)
        text = f"{unit}2023年度部门整体支出绩效自评报告\n"
        made = Made(f"{number:06d}", unit, f"第{region}区", "")
        fresh: list[tuple[Words, int, int]] = []
        for kind, heads in self.heads.items():
            text += rand.choice(heads) + "\n"
            for label, words, origin in placed[kind]:
                start = len(text)
                text += self._filled(words, unit)
                if label == "t":
                    made.prescribed.append((start, len(text)))
                elif label == "o":
                    fresh.append((words, start, len(text)))
                else:
                    source, low, high, edit = origin  # type: ignore[misc]
                    made.copies.append(Copy(start, len(text), source, low, high, edit))
                text += self._gap()
            text += "" if text.endswith("\n") else "\n"
        made.text = text
        if rand.random() < 0.3:
            fresh = self._wrap(made, fresh)
        if rand.random() < 0.2:
            made.text = made.text.translate({ord("0") + d: ord("０") + d for d in range(10)})
        for words, low, high in fresh:
            entry = (unit, words, number, low, high)
            if len(self.sources) < 5000:
                self.sources.append(entry)
            elif rand.random() < 0.2:
                self.sources[rand.randrange(5000)] = entry
        return made

    def _parts(self, number: int, region: int) -> list[tuple[str, Words, object]]:
        rand = self.random
        parts: list[tuple[str, Words, object]] = []
        sizes = dict.fromkeys("tox", 0)
        pool = rand.sample(self.templates[region], self._of(55)) + rand.sample(self.outline, self._of(12))
        rand.shuffle(pool)
        while sizes["t"] < self.template * self.length and pool:
            parts.append(("t", pool.pop(), None))
            sizes["t"] += sum(map(len, parts[-1][1]))
        while sizes["x"] < self.copied * self.length and self.sources:
            _, words, source, low, high = rand.choice(self.sources)
            if source == number or sum(map(len, words)) < 62:
                continue
            edit = rand.choice(EDITS)
            parts.append(("x", self._edited(words, edit), (source, low, high, edit)))
            sizes["x"] += sum(map(len, words))
        while sum(sizes.values()) < self.length:
            parts.append(("o", self._paragraph(self._own_clause, rand.randint(1, 4)), None))
            sizes["o"] += sum(map(len, parts[-1][1]))
        rand.shuffle(parts)
        return parts

    def _wrap(self, made: Made, fresh: list[tuple[Words, int, int]]) -> list[tuple[Words, int, int]]:
        width = self.random.randint(26, 44)
        where: list[int] = []
        lines: list[str] = []
        offset = 0
        for line in made.text.split("\n"):
            for at in range(0, max(len(line), 1), width):
                piece = line[at : at + width]
                where += range(offset, offset + len(piece))
                offset += len(piece) + 1
                lines.append(piece)
            where.append(offset - 1)
        made.text = "\n".join(lines)
        where.append(offset)
        made.prescribed = [(where[s], where[e - 1] + 1) for s, e in made.prescribed]
        made.copies = [
            Copy(where[c.start], where[c.end - 1] + 1, c.source, c.source_start, c.source_end, c.edit)
            for c in made.copies
        ]
        return [(words, where[s], where[e - 1] + 1) for words, s, e in fresh]
