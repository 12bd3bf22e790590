"""The account that the tests of the mailbox log in to."""

from typing import TYPE_CHECKING

import pytest

from ingest.mailbox import ImapAccount

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot


@pytest.fixture
def account(dovecot: "Dovecot", mail_user: str) -> ImapAccount:
    return ImapAccount(
        host="localhost",
        username=mail_user,
        credential=lambda: dovecot.password,
        port=dovecot.tls_port,
        ca_file=dovecot.ca_file,
    )
