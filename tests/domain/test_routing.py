from datetime import date
from pathlib import Path

import pytest

from portal.domain.cases import AccusedRole, CaseKind, Category, Track
from portal.domain.divisions import Level
from portal.domain.errors import RefusedError
from portal.domain.offices import OfficeKind
from portal.domain.permissions import AccountId, Actor
from portal.domain.routing import (
    Accused,
    Desk,
    Exclusion,
    Matter,
    Viewer,
    check_may_receive,
    is_excluded,
    may_open,
    reroute,
    route,
    routing_rules_on,
    settle,
    viewer_of,
)
from portal.queries.rulebook import read_rulebook

VERSIONS = read_rulebook(Path("no-such-folder")).case_routing
RULES = VERSIONS[-1]

CITY, COUNTY, TOWN, OTHER_COUNTY, BANK, CITY_WATCH, COUNTY_WATCH = range(1, 8)
PLACE_CITY, PLACE_COUNTY, PLACE_TOWN, VILLAGE = "37/", "37/3701/", "37/3701/370101/", "37/3701/370101/37010101/"
CIVIL, TOWNSHIP, DISCIPLINE = OfficeKind.CIVIL_AFFAIRS, OfficeKind.TOWNSHIP, OfficeKind.DISCIPLINE


def hand(office, number=0):
    return AccountId(office * 10 + number)


def desk(office, path, kind, place, *, hands=None, opens=True):
    return Desk(office, path, kind, place, frozenset({hand(office)} if hands is None else hands), opens)


DESKS = (
    desk(CITY, "1/", CIVIL, PLACE_CITY),
    desk(COUNTY, "1/2/", CIVIL, PLACE_COUNTY),
    desk(TOWN, "1/2/3/", TOWNSHIP, PLACE_TOWN),
    desk(OTHER_COUNTY, "1/4/", CIVIL, "37/3702/"),
    desk(BANK, "1/2/5/", OfficeKind.AGENT_BANK, PLACE_COUNTY),
    desk(CITY_WATCH, "6/", DISCIPLINE, PLACE_CITY),
    desk(COUNTY_WATCH, "6/7/", DISCIPLINE, PLACE_COUNTY),
)


def instead(*changed):
    new = {one.office_id: one for one in changed}
    return tuple(new.get(one.office_id, one) for one in DESKS)


def routed(kind, category=Category.OTHER, *accused, desks=DESKS, place=VILLAGE, **facts):
    return route(Matter(kind, category, place, accused, **facts), desks, RULES)


@pytest.mark.parametrize(
    ("kind", "category", "accused", "track", "office"),
    [
        (CaseKind.COMPLAINT, Category.LEFT_OUT, (), Track.PETITION, COUNTY),
        (CaseKind.COMPLAINT, Category.LEFT_OUT, (Accused(AccusedRole.NOBODY, COUNTY),), Track.PETITION, CITY),
        (CaseKind.TIP_OFF, Category.FALSE_CLAIM, (Accused(AccusedRole.RECIPIENT),), Track.ASSISTANCE_REPORT, COUNTY),
        (CaseKind.TIP_OFF, Category.FAVOURITISM, (), Track.ASSISTANCE_REPORT, COUNTY),
        (CaseKind.TIP_OFF, Category.EXTORTION, (), Track.DISCIPLINE, COUNTY_WATCH),
        (CaseKind.TIP_OFF, Category.EMBEZZLEMENT, (Accused(AccusedRole.UNKNOWN),), Track.DISCIPLINE, COUNTY_WATCH),
        (CaseKind.TIP_OFF, Category.MISAPPROPRIATION, (), Track.DISCIPLINE, COUNTY_WATCH),
        (CaseKind.TIP_OFF, Category.CARD_KEPT, (Accused(AccusedRole.VILLAGE_CADRE),), Track.DISCIPLINE, COUNTY_WATCH),
        (CaseKind.TIP_OFF, Category.FAVOURITISM, (Accused(AccusedRole.VILLAGE_CADRE),), Track.DISCIPLINE, COUNTY_WATCH),
        (CaseKind.TIP_OFF, Category.OTHER, (Accused(AccusedRole.OFFICE_HEAD, TOWN),), Track.DISCIPLINE, COUNTY_WATCH),
        (CaseKind.TIP_OFF, Category.OTHER, (Accused(AccusedRole.OFFICE_HEAD, COUNTY),), Track.DISCIPLINE, CITY_WATCH),
        (CaseKind.TIP_OFF, Category.OTHER, (Accused(AccusedRole.OFFICIAL, COUNTY),), Track.DISCIPLINE, CITY_WATCH),
        (CaseKind.TIP_OFF, Category.OTHER, (Accused(AccusedRole.OFFICIAL, COUNTY, hand(COUNTY)),), Track.DISCIPLINE, COUNTY_WATCH),
        (CaseKind.OBJECTION, Category.FALSE_CLAIM, (Accused(AccusedRole.NOBODY, TOWN),), Track.OBJECTION, COUNTY),
        (CaseKind.INQUIRY, Category.OTHER, (), Track.SERVICE, COUNTY),
        (CaseKind.PRIVACY_TAKEDOWN, Category.PRIVACY_LEAK, (), Track.PRIVACY, COUNTY),
    ],
)  # fmt: skip
def test_each_case_comes_to_the_desk_that_the_rules_name(kind, category, accused, track, office):
    routing = routed(kind, category, *accused)
    assert (routing.track, routing.office_id, routing.exclusion.offline) == (track, office, False)


def test_a_question_goes_to_the_office_that_it_names_and_a_takedown_to_who_published():
    assert routed(CaseKind.INQUIRY, addressed=TOWN).office_id == TOWN
    assert routed(CaseKind.PRIVACY_TAKEDOWN, addressed=TOWN).office_id == TOWN
    assert routed(CaseKind.COMPLAINT, addressed=TOWN).office_id == COUNTY


@pytest.mark.parametrize(
    "role", [AccusedRole.VILLAGE_CADRE, AccusedRole.UNKNOWN, AccusedRole.OFFICIAL, AccusedRole.RECIPIENT]
)
@pytest.mark.parametrize("kind", [CaseKind.COMPLAINT, CaseKind.TIP_OFF, CaseKind.OBJECTION])
def test_who_is_only_named_in_the_text_keeps_the_townships_out(kind, role):
    routing = routed(kind, Category.OTHER, Accused(role))
    assert routing.exclusion.floor is Level.COUNTY
    assert is_excluded(Viewer(hand(TOWN), "1/2/3/", Level.TOWNSHIP), routing.exclusion)


def test_the_head_of_an_office_that_is_not_named_is_taken_for_that_of_the_place():
    assert (
        routed(CaseKind.TIP_OFF, Category.OTHER, Accused(AccusedRole.OFFICE_HEAD), place=PLACE_COUNTY).office_id
        == CITY_WATCH
    )
    assert routed(
        CaseKind.TIP_OFF, Category.OTHER, Accused(AccusedRole.OFFICE_HEAD), place=PLACE_CITY
    ).exclusion.offline


def test_a_report_on_an_offices_head_is_neither_seen_in_it_nor_below():
    routing = routed(CaseKind.COMPLAINT, Category.OTHER, Accused(AccusedRole.OFFICE_HEAD, COUNTY, hand(COUNTY, 5)))
    assert routing.office_id == CITY
    for below in (Viewer(hand(COUNTY), "1/2/", Level.COUNTY), Viewer(hand(TOWN), "1/2/3/", Level.TOWNSHIP)):
        assert not may_open(below, "1/2/3/", routing.exclusion)


@pytest.mark.parametrize(("floor", "office"), [(Level.COUNTY, COUNTY), (Level.CITY, CITY)])
def test_the_submitter_keeps_a_level_out(floor, office):
    routing = routed(CaseKind.INQUIRY, addressed=TOWN, asked_floor=floor)
    assert routing.office_id == office
    assert "反映人要求" in str(routing.reasons[0])


def test_what_is_about_the_platform_goes_above_who_runs_it_and_otherwise_to_the_offline_key():
    assert routed(CaseKind.COMPLAINT, Category.PORTAL, Accused(AccusedRole.OFFICIAL, COUNTY)).office_id == CITY
    nobody_in_particular = routed(CaseKind.COMPLAINT, Category.PORTAL, Accused(AccusedRole.NOBODY, TOWN))
    assert nobody_in_particular.exclusion.floor is Level.COUNTY
    for accused in ((), (Accused(AccusedRole.OFFICIAL, CITY),)):
        routing = routed(CaseKind.COMPLAINT, Category.PORTAL, *accused)
        assert routing.exclusion.offline
        assert routing.office_id == CITY_WATCH
    assert routed(CaseKind.INQUIRY, Category.PORTAL).office_id == COUNTY


def test_nobody_opens_what_only_the_offline_key_opens():
    routing = routed(CaseKind.TIP_OFF, Category.EXTORTION, Accused(AccusedRole.OFFICE_HEAD, CITY))
    assert routing.exclusion.offline
    assert not any(may_open(Viewer(hand(one.office_id), one.path, one.level), "6/", routing.exclusion) for one in DESKS)


def test_a_desk_without_a_free_hand_is_passed_over():
    accused = Accused(AccusedRole.OFFICIAL, COUNTY, hand(COUNTY))
    assert routed(CaseKind.COMPLAINT, Category.OTHER, accused).office_id == CITY
    two = instead(desk(COUNTY, "1/2/", CIVIL, PLACE_COUNTY, hands={hand(COUNTY), hand(COUNTY, 1)}))
    assert routed(CaseKind.COMPLAINT, Category.OTHER, accused, desks=two).office_id == COUNTY


def test_a_tip_off_only_comes_to_a_desk_that_can_open_it():
    county_shut = instead(desk(COUNTY, "1/2/", CIVIL, PLACE_COUNTY, opens=False))
    assert routed(CaseKind.TIP_OFF, Category.FALSE_CLAIM, desks=county_shut).office_id == CITY
    bureaus_shut = tuple(
        one if one.kind is DISCIPLINE else desk(one.office_id, one.path, one.kind, one.division_path, opens=False)
        for one in DESKS
    )
    routing = routed(CaseKind.TIP_OFF, Category.FALSE_CLAIM, desks=bureaus_shut)
    assert (routing.office_id, routing.track) == (COUNTY_WATCH, Track.DISCIPLINE)
    all_shut = tuple(desk(one.office_id, one.path, one.kind, one.division_path, opens=False) for one in DESKS)
    assert routed(CaseKind.TIP_OFF, Category.FALSE_CLAIM, desks=all_shut).exclusion.offline
    assert routed(CaseKind.COMPLAINT, desks=all_shut).office_id == COUNTY


def test_where_nobody_has_been_appointed_yet_an_ordinary_case_waits_at_its_own_desk():
    empty = tuple(desk(one.office_id, one.path, one.kind, one.division_path, hands=()) for one in DESKS)
    routing = routed(CaseKind.COMPLAINT, desks=empty)
    assert (routing.office_id, routing.exclusion.offline) == (COUNTY, False)
    assert "还没有人受理" in str(routing.reasons[-1])
    assert routed(CaseKind.TIP_OFF, Category.EXTORTION, desks=empty).exclusion.offline


def test_who_is_accused_later_loses_the_case_at_once():
    report = routed(CaseKind.TIP_OFF, Category.FALSE_CLAIM)
    assert report.office_id == COUNTY
    moved = reroute(
        report,
        Matter(CaseKind.TIP_OFF, Category.FALSE_CLAIM, VILLAGE),
        Accused(AccusedRole.OFFICIAL, COUNTY),
        DESKS,
        RULES,
    )
    assert (moved.office_id, moved.track) == (CITY_WATCH, Track.DISCIPLINE)
    complaint = routed(CaseKind.COMPLAINT, Category.LEFT_OUT)
    stays = reroute(
        complaint,
        Matter(CaseKind.COMPLAINT, Category.LEFT_OUT, VILLAGE),
        Accused(AccusedRole.NOBODY, TOWN),
        DESKS,
        RULES,
    )
    assert stays.office_id == COUNTY
    assert is_excluded(Viewer(hand(TOWN), "1/2/3/", Level.TOWNSHIP), stays.exclusion)


def test_what_went_to_the_offline_key_never_comes_back():
    gone = routed(CaseKind.COMPLAINT, Category.PORTAL)
    assert settle(gone.track, CaseKind.COMPLAINT, DESKS[0], gone.exclusion, DESKS).exclusion.offline


def test_merged_cases_keep_out_whoever_either_keeps_out():
    one = Exclusion(frozenset({TOWN}), frozenset({AccountId(1)}), frozenset(), Level.COUNTY)
    other = Exclusion(frozenset({COUNTY}), frozenset(), frozenset({AccountId(2)}), None)
    both = one | other
    assert both == other | one
    assert (both.offices, both.accounts, both.recused) == ({TOWN, COUNTY}, {AccountId(1)}, {AccountId(2)})
    assert both.floor is Level.COUNTY


def test_an_office_that_is_kept_out_is_refused_without_telling_why():
    exclusion = routed(CaseKind.COMPLAINT, Category.OTHER, Accused(AccusedRole.NOBODY, COUNTY)).exclusion
    with pytest.raises(RefusedError, match="不能交给") as refused:
        check_may_receive(DESKS[2], exclusion, sealed=False)
    assert refused.value.message.params == {}
    check_may_receive(DESKS[0], exclusion, sealed=False)
    with pytest.raises(RefusedError, match="举报受理台"):
        check_may_receive(desk(CITY, "1/", CIVIL, PLACE_CITY, opens=False), exclusion, sealed=True)
    with pytest.raises(RefusedError, match="不能交给"):
        check_may_receive(DESKS[0], Exclusion(recused=frozenset({hand(CITY)})), sealed=False)


def test_bureaus_never_see_what_discipline_inspection_handles():
    routing = routed(CaseKind.TIP_OFF, Category.EXTORTION)
    seeing = {
        one.office_id
        for one in DESKS
        if may_open(Viewer(hand(one.office_id), one.path, one.level), "6/7/", routing.exclusion)
    }
    assert seeing == {CITY_WATCH, COUNTY_WATCH}


def test_an_actor_is_seen_by_his_office_and_level():
    actor = Actor(AccountId(9), "li_si", "李四", COUNTY, "任城区民政局", "1/2/", "3701", PLACE_COUNTY, frozenset())
    assert viewer_of(actor) == Viewer(AccountId(9), "1/2/", Level.COUNTY)


def test_rules_hold_from_their_day_on_and_policy_is_marked():
    assert routing_rules_on(VERSIONS, date(2020, 1, 1)) is VERSIONS[0]
    assert routing_rules_on(VERSIONS, date(2030, 1, 1)) is RULES
    assert RULES.unconfirmed == {Track.SERVICE}
    assert set(RULES.desks) == set(Track)
