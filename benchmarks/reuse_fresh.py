# ruff: noqa: E501, SIM905  (word lists are easier to read as plain words)
"""A second generator for `jihe reuse`, on which nothing was tuned: other vocabulary, grammar, layout and edits.

Reports of schools, hospitals, libraries and the like. Copies stand in the middle of paragraphs, between own
sentences, without a line break; own text uses stock phrases that many share; one word in fifteen is replaced,
left out or put in; clauses are moved to the end of their sentence. No word list is shared with `reuse_sets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from reuse_sets import Maker, Words

_THINGS = """课后托管 校车线路 实验器材 塑胶跑道 食堂明厨 心理辅导室 图书漂流角 智慧黑板 近视防控 门诊叫号 急诊通道 检验互认 病案质控 医废转运 处方点评 慢病随访
疫苗冷链 血透机位 康复病床 中药熏蒸 古籍修复 流动书车 有声读物 馆际互借 少儿绘本馆 数字资源库 讲座直播 水质监测断面 雨量站 渠首闸门 堤防白蚁 病险水库 取水许可
节水器具 园林病虫害 行道树补植 花境养护 苗圃基地 湿地鸟类 科普展项 天象厅 标本库 客运枢纽 公交专用道 桥梁支座 隧道照明 路面坑槽 信号配时 超限检测 粮库熏蒸 应急储备粮
质量抽检 计量检定 特种设备 电梯维保 冷链仓储 直播基地 农产品溯源 品种试验田 土壤墒情 植保无人机 渔政巡航 增殖放流""".split()
_WHO = """年级组 教研组 护理部 药剂科 影像中心 采编部 读者服务部 水文分局 闸管所 巡查班 养护队 讲解班 运营公司 信控中心 检测站 化验室 仓储部 种植合作社 渔民代表 家长委员会
膳食委员会 医保专班 病区主任 值班馆员 学科带头人 退休教师 规培医师 志愿讲解团 青年突击队 监理单位 设计单位 使用科室 设备厂家 第三方机构 财务专员 资产管理员""".split()
_ACTS = """组织了摸底 完成了招标 更换了老旧部件 建立了轮值表 开设了夜间专场 引入了扫码评价 制定了分级清单 配齐了备用电源 开展了盲样考核 签订了服务协议 试行了弹性排班 补录了历史数据
安排了跟岗研修 修订了操作手册 公布了监督电话 打通了数据接口 压缩了审批环节 设置了过渡期 进行了压力测试 委托了专业评估 张贴了流程图 召开了现场会 落实了双人复核 清退了超期物资 复盘了典型案例 优化了线路走向
调整了开放时段 扩充了预约名额 改造了无障碍设施 归还了占用场地 回访了服务对象 预留了维护经费""".split()
_HOW = """分批 逐项 同步 提前 会商后 试点后 按季度 按学期 汛后 暑期 错峰 统一 先行 持续 就近 对标 滚动 联合""".split()
_WEAK = """排期过于集中 备件供应不稳 参与面偏窄 验收标准含糊 数据口径前后不一 骨干人员流失 使用率低于设计值 维护合同到期未续 跨科室沟通成本高 需求调研走过场 进场条件不具备 供应商履约能力不足
培训停留在纸面 反馈渠道不畅通 成本测算偏乐观 闲置时段较长 系统切换出现空档 应急演练脚本陈旧 指标设置缺少量化 资料移交不及时""".split()
_WHY = """原因在于 症结是 主要受制于 直接诱因是 归根结底是 调查表明""".split()
_GOOD = """等候时间降到#分钟 借阅量增长#% 投诉件减少#件 合格率升至#% 覆盖班级#个 开放#场次 节约经费#万元 服务#人次 故障停机下降#% 回收旧物#件 整治隐患#处 出具报告#份""".split()
_STOCK = """为后续工作积累了经验 得到了服务对象的认可 仍有较大的提升空间 下一步将继续跟踪 整体运行平稳有序 取得了较好的社会反响 具体情况如下 现将有关情况说明如下 距离群众期待还有差距 确保各项任务落到实处
从全年情况看总体可控 在各方支持下进展顺利 尚需进一步细化措施 已列入明年计划 做到心中有数""".split()
_WISH = """建议把 拟将 计划对 争取让 力争使""".split()
_BECOME = """纳入常规预算 改为两年一签 由专班牵头推进 交由专业机构运维 与考评结果挂钩 分两期实施 并入统一平台 设为公开承诺事项""".split()
_DUTY = """经费审批 专户管理 政采备案 结转清理 资产盘点 绩效自评 凭证复核 合同台账 内控自查 预决算公开 印章管理 往来核对 薪酬核定 票据领销 公车派遣 会议费报备 培训费报备 项目库维护 指标分解 监控填报""".split()
_RULE = """均按规程办理 有章可循 实行归口管理 经集体审议通过 留痕可查 未见异常 手续齐备 职责边界清楚 逐月通报 按时限报送""".split()
_PLACES = "柏枫槐榆桐梅兰竹菊荷莲苇汀洲湾浦沙石岭峰谷坪塬峪岚溪涧潭瀑堰"
_BODIES = "实验小学 中心幼儿园 第二中学 人民医院 妇幼保健院 图书馆 博物馆 水文站 园林所 公路段 粮食储备库 农技中心 渔政站 科技馆".split()


class FreshMaker(Maker):
    """Makes sets with the plumbing of `Maker` (layout, truth) and nothing else of it."""

    heads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "overview": ("一、单位概况", "一、基本情况"),
        "mgmt": ("二、资金使用管理情况", "二、预算管理情况"),
        "work": ("三、重点工作开展情况",),
        "achievements": ("四、取得的成效", "四、主要成效"),
        "problems": ("五、存在的问题", "五、主要问题及原因"),
        "advice": ("六、改进措施", "六、有关建议"),
    }

    def _unit(self) -> str:
        pick = self.random.choice
        return pick(_PLACES) + pick(_PLACES) + pick(_BODIES)

    def _gap(self) -> str:
        return "\n" if self.random.random() < 0.4 else ""

    def _own_clause(self) -> Words:
        pick = self.random.choice
        way = self.random.randrange(12)
        if way == 0:
            return [pick(_STOCK)]
        if way < 3:
            return [pick(_THINGS), "方面", "，", pick(_WHO), pick(_HOW), pick(_ACTS)]
        if way < 5:
            return [
                pick(_WHO),
                "与",
                pick(_WHO),
                pick(_HOW),
                pick(_ACTS),
                "，",
                *self._figure(),
                "，",
                "涉及",
                pick(_THINGS),
            ]
        if way == 5:
            return [pick(_THINGS), pick(_WEAK), "，", pick(_WHY), pick(_WHO), pick(_WEAK)]
        if way == 6:
            return [pick(_WISH), pick(_THINGS), pick(_BECOME), "，", pick(_WHO), pick(_HOW), "评估", pick(_THINGS)]
        if way == 7:
            return ["@", pick(_HOW), "就", pick(_THINGS), pick(_ACTS), "，", *self._figure()]
        if way == 8:
            return [pick(_WHO), "提出", pick(_THINGS), "存在", pick(_WEAK), "的", "情形"]
        if way == 9:
            return ["在", pick(_THINGS), "与", pick(_THINGS), "的", "衔接", "上", "，", pick(_WHO), pick(_ACTS)]
        if way == 10:
            return [*self._figure(), "，", "其中", pick(_THINGS), "贡献", "#", "%"]
        return [pick(_WHO), pick(_HOW), "走访", "#", "家", "，", "核实", pick(_THINGS), pick(_WEAK)]

    def _figure(self) -> Words:
        """A result with its number as a word of its own."""
        before, after = self.random.choice(_GOOD).split("#")
        return [before, "#", after]

    def _managed(self) -> Words:
        pick = self.random.choice
        way = self.random.randrange(5)
        if way == 0:
            return [pick(_DUTY), "和", pick(_DUTY), pick(_RULE), "，", pick(_DUTY), pick(_RULE)]
        if way == 1:
            return ["安排", pick(_DUTY), "经费", "#", "万元", "，", "已", "支付", "#", "万元"]
        if way == 2:
            return ["@", "的", pick(_DUTY), "由", "办公室", "负责", "，", pick(_RULE)]
        if way == 3:
            return [pick(_DUTY), "得分率", "为", "#", "%", "，", "较", "上年", "提高", "#", "个百分点"]
        return ["对照", "评价", "要求", "，", pick(_DUTY), "一项", pick(_RULE), "，", pick(_DUTY), "一项", pick(_RULE)]

    def _paragraph(self, clause: object, sentences: int) -> Words:
        words: Words = []
        for _ in range(sentences):
            for n in range(self.random.randint(1, 4)):
                words += (["；" if self.random.random() < 0.15 else "，"] if n else []) + clause()  # type: ignore[operator]
            words.append("。")
        return words

    def _edited(self, words: Words, edit: str) -> Words:
        out = self._swapped(list(words)) if edit in ("swapped", "all") else list(words)
        if edit in ("words", "all"):
            plain = [i for i, w in enumerate(out) if len(w) > 1]
            chosen = self.random.sample(plain, min(max(len(words) // 15, 1), len(plain)))
            for i in sorted(chosen, reverse=True):
                way = self.random.randrange(3)
                if way == 0:
                    out[i] = self.random.choice(_HOW + _WHO)
                elif way == 1:
                    del out[i]
                else:
                    out.insert(i, self.random.choice(_HOW))
        return out

    def _swapped(self, words: Words) -> Words:
        """The first clause of every sentence of three clauses or more goes to its end."""
        out: Words = []
        sentence: Words = []
        for word in words:
            if word != "。":
                sentence.append(word)
                continue
            cuts = [i for i, w in enumerate(sentence) if w in "，；"]
            if len(cuts) >= 2:
                sentence = [*sentence[cuts[0] + 1 :], "，", *sentence[: cuts[0]]]
            out += [*sentence, "。"]
            sentence = []
        return out + sentence
