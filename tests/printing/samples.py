"""Invented papers for the printing tests."""

import random
from dataclasses import replace
from datetime import date

from portal.printing.papers import (
    ColumnKind,
    DocumentPaper,
    Group,
    Heading,
    Listing,
    NoticePaper,
    Paragraph,
    Table,
    VillagePaper,
)

BASIS = (
    "根据《社会救助暂行办法》（国务院令第649号）、《最低生活保障审核确认办法》（民发〔2021〕57号）等规定，"
    "经本人申请、入户调查、信息核对、民主评议和街道审核，拟将下列家庭纳入最低生活保障范围。"
)
LEAD = "为接受社会监督，现将有关情况予以公示："
LABELS = ("户主姓名", "家庭人口（人）", "保障人数（人）", "月保障金额（元）")
KINDS = (ColumnKind.TEXT, ColumnKind.NUMBER, ColumnKind.NUMBER, ColumnKind.NUMBER)
VILLAGES = ("东赵村", "西李村", "前王社区", "后陈村", "大柳树村", "小杨庄村")


def rows(count: int, seed: int = 1) -> tuple[tuple[str, ...], ...]:
    chance = random.Random(seed)  # noqa: S311 - the same invented rows each time
    return tuple(
        (
            chance.choice("王李张刘陈杨赵黄周吴") + "＊" + chance.choice("明华强丽军伟芳秀"),
            str(people := chance.randint(1, 5)),
            str(chance.randint(1, people)),
            f"{chance.randint(20_000, 250_000) / 100:,.2f}",
        )
        for _ in range(count)
    )


def notice(count: int = 12, villages: int = 2, **changes: object) -> NoticePaper:
    share = -(-count // max(villages, 1))
    groups = tuple(
        Group(
            VILLAGES[at % len(VILLAGES)] if at < len(VILLAGES) else f"第{at}村",
            rows(min(share, count - at * share), at),
        )
        for at in range(villages)
    )
    paper = NoticePaper(
        site_name="济宁市社会救助资金公开与投诉举报平台",
        demo=False,
        number="GS-2026-000123",
        title=f"许庄街道2026年11月拟纳入最低生活保障{count}户的公示",
        basis=BASIS,
        lead=LEAD,
        caption="拟纳入最低生活保障家庭名单",
        column_labels=LABELS,
        column_kinds=KINDS,
        groups=groups,
        totals=(f"以上共{count}户、31人，月保障金额合计12,345.00元。",),
        cause_lines=(),
        period_line="公示期7天，自2026年11月24日至2026年11月30日。",
        notes=("“＊”代替姓名中的一个字。同一村内隐去后相同的姓名，以序号区分。",),
        objection_lines=(
            "对公示内容有异议的，可以在公示期内以电话、来信、来访或者网上留言的方式反映，反映人信息依法保密。",
            "电话：0537-0000000（许庄街道办事处）、12345；地址：许庄街道公园路1号；网上：扫描下方二维码。",
        ),
        office_name="许庄街道办事处",
        dated=date(2026, 11, 23),
        url="https://example.gov.cn/jiuzhu/notices/GS-2026-000123",
        short_address="example.gov.cn/jiuzhu/v/2026000123",
        sha256="0123456789abcdef" * 4,
        footer_note="公示期至11月30日，期满请勿保留、转发",
        document_date=date(2026, 11, 23),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]


def village(count: int = 12, **changes: object) -> VillagePaper:
    paper = VillagePaper(
        site_name="济宁市社会救助资金公开与投诉举报平台",
        demo=False,
        number="GS-2026-000123",
        title="许庄街道2026年11月拟纳入最低生活保障12户的公示",
        basis=BASIS,
        lead=LEAD,
        caption="东赵村名单",
        column_labels=LABELS,
        column_kinds=KINDS,
        groups=(Group("", tuple((row[0].replace("＊", "小"), *row[1:]) for row in rows(count))),),
        totals=(f"以上共{count}户，月保障金额合计12,345.00元。",),
        period_line="公示期7天，自2026年11月24日至2026年11月30日。",
        notes=(),
        objection_lines=("许庄街道办事处：0537-0000000", "地址：许庄街道公园路1号", "反映人信息依法保密。"),
        hotline="12345",
        office_name="许庄街道办事处",
        dated=date(2026, 11, 23),
        url="https://example.gov.cn/jiuzhu/notices/GS-2026-000123",
        short_address="example.gov.cn/v 2026 0001 23",
        tear_off_on=date(2026, 11, 30),
        document_date=date(2026, 11, 23),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]


def document(**changes: object) -> DocumentPaper:
    paper = DocumentPaper(
        site_name="济宁市社会救助资金公开与投诉举报平台",
        demo=False,
        number="ZC-2026-000007",
        title="最低生活保障办事指南",
        meta=(
            ("索引号", "ZC-2026-000007"),
            ("发布机构", "济宁市民政局"),
            ("成文日期", "2026年1月5日"),
            ("有效性", "有效"),
        ),
        addressee=None,
        blocks=(
            Heading(1, "一、谁可以申请"),
            Paragraph(
                "共同生活的家庭成员人均收入低于当地最低生活保障标准，且符合家庭财产状况规定的，可以申请最低生活保障。"
                * 2
            ),
            Heading(2, "（一）需要的材料"),
            Listing(
                ordered=True,
                items=("居民身份证、户口簿。", "申请书和授权书。", "收入和财产状况的说明，例如工资单、养老金存折。"),
            ),
            Heading(1, "二、标准"),
            Table(
                "月人均标准",
                ("地区", "城市（元）", "农村（元）"),
                (ColumnKind.TEXT, ColumnKind.NUMBER, ColumnKind.NUMBER),
                (("甲县", "1,022.00", "815.00"), ("乙市", "1,022.00", "815.00")),
            ),
            Paragraph("本指南由济宁市民政局负责解释。"),
        ),
        office_name="济宁市民政局",
        dated=date(2026, 1, 5),
        url="https://example.gov.cn/jiuzhu/documents/ZC-2026-000007",
        short_address="example.gov.cn/jiuzhu/d/2026000007",
        sha256="fedcba9876543210" * 4,
        footer_note="",
        document_date=date(2026, 1, 5),
    )
    return replace(paper, **changes)  # type: ignore[arg-type]
