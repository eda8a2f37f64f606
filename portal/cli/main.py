"""Every command of `flask --app wsgi …`."""

from flask import Flask

from portal.cli.allocations import allocations
from portal.cli.archive import archive
from portal.cli.budgets import budgets
from portal.cli.cases import cases
from portal.cli.delegations import delegations
from portal.cli.demo import demo
from portal.cli.desks import desks
from portal.cli.documents import documents
from portal.cli.duties import duties
from portal.cli.funds import funds
from portal.cli.instance import init, upgrade
from portal.cli.jobs import jobs
from portal.cli.keys import keys
from portal.cli.notices import notices
from portal.cli.offices import divisions, offices
from portal.cli.payments import payments
from portal.cli.proxies import proxies
from portal.cli.registers import registers
from portal.cli.staff import staff
from portal.cli.standards import standards
from portal.cli.warnings import warnings


def install(app: Flask) -> None:
    """Hang all groups and commands on the application."""
    for command in (
        init,
        demo,
        upgrade,
        staff,
        offices,
        divisions,
        notices,
        documents,
        allocations,
        budgets,
        duties,
        funds,
        payments,
        registers,
        standards,
        cases,
        delegations,
        proxies,
        desks,
        jobs,
        keys,
        archive,
        warnings,
    ):
        app.cli.add_command(command)
